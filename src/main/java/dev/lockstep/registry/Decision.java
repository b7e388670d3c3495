package dev.lockstep.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.storage.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A verdict that has become rows, as it is kept in {@code versions.gate}.
 *
 * @param candidate the version that was decided on
 * @param against the champion at that time; null where there was none
 * @param champion the champion since then; null where there is none
 */
public record Decision(String candidate, String against, String champion, Verdict verdict) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What jobs print. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("decision", verdict.decision());
    values.put("reason", verdict.reason());
    values.put("candidate", candidate);
    values.put("champion", champion);
    values.put("previous_champion", against);
    values.putAll(verdict.figures());
    return values;
  }

  String json() {
    try {
      return JSON.writeValueAsString(values());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid figures: " + verdict.figures(), e);
    }
  }

  /** What was decided of a version; empty before. */
  static Optional<Decision> of(VersionRow row) {
    if (row.decision() == null) {
      return Optional.empty();
    }
    try {
      Map<String, Object> values =
          JSON.readValue(row.gate(), new TypeReference<LinkedHashMap<String, Object>>() {});
      String decision = text(values, "decision");
      String reason = text(values, "reason");
      String candidate = text(values, "candidate");
      String champion = text(values, "champion");
      String against = text(values, "previous_champion");
      Verdict verdict = new Verdict(decision, reason, values);
      return Optional.of(new Decision(candidate, against, champion, verdict));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new StoreException(
          "Invalid gate of version %s of %s: %s"
              .formatted(row.version(), row.model(), e.getMessage()),
          e);
    }
  }

  private static String text(Map<String, Object> values, String key) {
    return (String) values.remove(key);
  }
}
