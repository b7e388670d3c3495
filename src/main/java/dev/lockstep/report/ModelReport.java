package dev.lockstep.report;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The page of one line of models: its nights, and how good its versions were. */
public final class ModelReport {
  private ModelReport() {}

  /**
   * A run of the model that has come to a version, or to an end without one.
   *
   * @param date null for a run over all days
   * @param rows of the training split
   * @param candidate the gate's metric of the run's version on its test rows; null where it has
   *     none
   * @param champion the same of the champion at that time, on the same rows
   * @param decision promoted, kept, or the run's status where nothing was decided
   * @param brokenChecks data checks that did not pass
   * @param drift the greatest measure of drift among the checks; null where none was measured
   */
  public record Night(
      LocalDate date,
      String runId,
      Long rows,
      Double candidate,
      Double champion,
      String decision,
      String reason,
      long brokenChecks,
      Double drift) {}

  /**
   * The page.
   *
   * @param champion the version that scoring uses; null where there is none
   * @param metric that the gate judges by
   * @param nights oldest first, those without a date before
   */
  public static String html(String model, String champion, String metric, List<Night> nights) {
    List<Night> shown = new ArrayList<>(nights);
    Collections.reverse(shown);
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", "Model " + model);
    page.put("metric", metric);
    page.put("champion", champion);
    page.put("tiles", tiles(nights));
    page.put("charts", charts(metric, nights));
    page.put("nights", shown.stream().map(ModelReport::line).toList());
    return Template.fill("model.ftlh", page);
  }

  private static List<Map<String, String>> tiles(List<Night> nights) {
    long promoted = nights.stream().filter(night -> night.decision().equals("promoted")).count();
    long kept = nights.stream().filter(night -> night.decision().equals("kept")).count();
    return List.of(
        Map.of("name", "runs", "value", Figure.of(nights.size())),
        Map.of("name", "promoted", "value", Figure.of(promoted)),
        Map.of("name", "champion kept", "value", Figure.of(kept)),
        Map.of("name", "without a decision", "value", Figure.of(nights.size() - promoted - kept)));
  }

  private static List<Map<String, Object>> charts(String metric, List<Night> nights) {
    List<Night> dated = nights.stream().filter(night -> night.date() != null).toList();
    List<Map<String, Object>> charts = new ArrayList<>();
    add(
        charts,
        metric + " by night",
        "Candidate and the champion at that time, on the candidate's test rows.",
        List.of(
            line("candidate", dated, Night::candidate), line("champion", dated, Night::champion)));
    add(
        charts,
        "Training rows by night",
        "",
        List.of(
            line(
                "training rows",
                dated,
                night -> night.rows() == null ? null : night.rows().doubleValue())));
    add(
        charts,
        "Greatest drift by night",
        "Of any column, against the champion's training rows.",
        List.of(line("drift", dated, Night::drift)));
    return charts;
  }

  private static void add(
      List<Map<String, Object>> charts, String title, String text, List<Series> lines) {
    List<Series> drawn = lines.stream().filter(line -> !line.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      charts.add(
          RunCharts.described(
              title,
              text,
              drawn.stream().map(Series::name).toList(),
              new LineChart(title, "logical date", drawn).svg()));
    }
  }

  private static Series line(String name, List<Night> nights, Function<Night, Double> value) {
    return new Series(
        name,
        nights.stream()
            .filter(night -> value.apply(night) != null)
            .map(
                night ->
                    new Series.Point(
                        night.date().toEpochDay(), value.apply(night), night.date().toString()))
            .toList());
  }

  private static Map<String, Object> line(Night night) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("date", night.date() == null ? "all days" : night.date().toString());
    line.put("run", night.runId());
    line.put("rows", Figure.of(night.rows()));
    line.put("candidate", Figure.of(night.candidate()));
    line.put("champion", Figure.of(night.champion()));
    line.put(
        "difference",
        night.candidate() == null || night.champion() == null
            ? "–"
            : Figure.change(night.candidate() - night.champion()));
    line.put("decision", night.decision());
    line.put("reason", RunReport.text(night.reason()));
    line.put("broken", night.brokenChecks());
    line.put("drift", Figure.of(night.drift()));
    return line;
  }
}
