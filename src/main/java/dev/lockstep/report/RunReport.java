package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.metrics.CheckRow;
import dev.lockstep.metrics.RunRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of one run: what it did, how its training went, what came of it. */
public final class RunReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEST = "test";

  private RunReport() {}

  /**
   * The page.
   *
   * @param run with at least one attempt
   */
  public static String html(RunFacts run) {
    RunRow last = run.lastAttempt();
    EvaluationTables test = new EvaluationTables(run.evaluations(), TEST, run.runId());
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", "Run " + run.runId());
    page.put("model", last.model());
    page.put("date", text(last.logicalDate()));
    page.put("status", last.status());
    page.put("error", last.error());
    page.put("tiles", tiles(run, last, test));
    page.put("charts", RunCharts.of(run));
    run.version()
        .ifPresent(
            version ->
                page.put(
                    "version",
                    Map.of(
                        "name", version.version(),
                        "status", version.status(),
                        "reason", text(version.reason()),
                        "decided", text(version.decidedAt()),
                        "path", version.path())));
    if (!test.isEmpty()) {
      page.put("versions", test.versions());
      page.put("slices", test.slices());
      page.put("calibration", test.calibration());
      page.put("confusion", test.confusion(run.classes()));
    }
    page.put("checks", checks(run.checks()));
    page.put("attempts", run.attempts().stream().map(RunReport::attempt).toList());
    page.put("facts", facts(last));
    page.put("config", pretty(last.config()));
    return Template.fill("run.ftlh", page);
  }

  private static List<Map<String, String>> tiles(RunFacts run, RunRow last, EvaluationTables test) {
    List<Map<String, String>> tiles = new ArrayList<>();
    Double metric = test.value(run.metric());
    if (metric != null) {
      tiles.add(tile(run.metric() + " on the test rows", Figure.of(metric)));
    }
    tiles.add(tile("epochs", Figure.of(last.epochs())));
    tiles.add(tile("updates", Figure.of(last.iterations())));
    tiles.add(tile("training rows", Figure.of(last.trainRows())));
    tiles.add(tile("parameters", Figure.of(last.parameters())));
    tiles.add(tile("workers", Figure.of(last.workers())));
    double milliseconds =
        run.epochs().stream()
            .filter(epoch -> epoch.wallMs() != null && epoch.split().equals("train"))
            .mapToDouble(epoch -> epoch.wallMs())
            .sum();
    tiles.add(tile("time in epochs", Figure.duration(milliseconds)));
    return tiles;
  }

  private static Map<String, String> tile(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private static Map<String, String> facts(RunRow last) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "Rows",
        "%s training, %s validation, %s test"
            .formatted(
                Figure.of(last.trainRows()),
                Figure.of(last.validationRows()),
                Figure.of(last.testRows())));
    facts.put("Data fingerprint", text(last.dataFingerprint()));
    facts.put("Settings' SHA-256", text(last.configSha256()));
    facts.put("Parameters' SHA-256", text(last.parametersSha256()));
    facts.put("Batch size", Figure.of(last.batchSize()));
    facts.put("Shards", Figure.of(last.shards()));
    facts.put("Seed", String.valueOf(last.seed()));
    facts.put("Stopped because of", text(last.stopReason()));
    facts.put("Code version", text(last.codeVersion()));
    return facts;
  }

  static List<Map<String, Object>> checks(List<CheckRow> checks) {
    return checks.stream()
        .map(
            check -> {
              Map<String, Object> line = new LinkedHashMap<>();
              line.put("rule", check.rule());
              line.put("column", text(check.column()));
              line.put("observed", Figure.of(check.observed()));
              line.put("threshold", Figure.of(check.threshold()));
              line.put("passed", check.passed());
              return line;
            })
        .toList();
  }

  private static Map<String, Object> attempt(RunRow row) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("number", row.attempt());
    line.put("status", row.status());
    line.put("started", text(row.startedAt()));
    line.put(
        "took",
        row.endedAt() == null
            ? "–"
            : Figure.duration(Duration.between(row.startedAt(), row.endedAt()).toMillis()));
    line.put("workers", Figure.of(row.workers()));
    line.put("error", text(row.error()));
    return line;
  }

  static String pretty(String json) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(json));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return text(json);
    }
  }

  static String text(Object value) {
    return value == null ? "" : value.toString();
  }
}
