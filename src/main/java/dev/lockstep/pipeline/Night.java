package dev.lockstep.pipeline;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a night of many ended.
 *
 * @param result of all its steps; empty where it has none
 * @param error why it has none; null where it is done
 */
public record Night(
    LocalDate date, Status status, double seconds, Map<String, Object> result, String error) {
  private static final List<String> KEPT =
      List.of("run_id", "rows", "version", "metric", "candidate_value", "champion_value", "gain");

  /** What became of it. */
  public enum Status {
    DONE,
    /** Its data do not fit the settings. */
    REJECTED,
    /** Its training diverged. */
    DIVERGED;

    /** As in results: {@code done}. */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A row of the list of nights that the job prints. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("date", date.toString());
    values.put("status", status.text());
    for (String key : KEPT) {
      values.put(key, result.get(key));
    }
    values.put("decision", result.get("decision"));
    values.put("reason", status == Status.DONE ? result.get("reason") : error);
    values.put("champion", result.get("champion"));
    values.put("seconds", seconds);
    return values;
  }
}
