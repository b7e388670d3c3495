package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.metrics.CheckRow;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.metrics.VersionRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a version is, what it was made from and how good it is: its provenance, which never changes,
 * with what was found out since (metrics, checks, decision). As JSON for programs, and as a page.
 *
 * @param provenance the version's own, in plain values
 * @param run of the version, with the version's row
 */
public record ModelCard(Map<String, Object> provenance, RunFacts run) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEST = "test";

  /** The card as JSON: the same facts give the same bytes. */
  public byte[] json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(values());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid provenance: " + provenance, e);
    }
  }

  /** The card as a page. */
  public String html() {
    EvaluationTables test = new EvaluationTables(run.evaluations(), TEST, version().version());
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", version().version());
    page.put("model", version().model());
    page.put("status", version().status());
    page.put("reason", version().reason());
    page.put("decided", RunReport.text(version().decidedAt()));
    page.put("about", flat(without(provenance, "data", "training", "environment", "config")));
    page.put("data", flat(section("data")));
    page.put("training", flat(section("training")));
    page.put("environment", flat(section("environment")));
    if (!test.isEmpty()) {
      page.put("versions", test.versions());
      page.put("slices", test.slices());
      page.put("calibration", test.calibration());
      page.put("confusion", test.confusion(run.classes()));
    }
    page.put("checks", RunReport.checks(run.checks()));
    page.put("config", RunReport.pretty(RunReport.text(provenance.get("config"))));
    return Template.fill("card.ftlh", page);
  }

  private VersionRow version() {
    return run.version().orElseThrow();
  }

  private Map<String, Object> values() throws JsonProcessingException {
    Map<String, Object> card = new LinkedHashMap<>(provenance);
    card.put("config", JSON.readValue(RunReport.text(provenance.get("config")), Map.class));
    card.put("network_sha256", version().sha256());
    card.put("path", version().path());
    card.put("status", version().status());
    card.put("decided_at", RunReport.text(version().decidedAt()));
    card.put("reason", version().reason());
    card.put("metrics", metrics());
    card.put("checks", run.checks().stream().map(ModelCard::check).toList());
    return card;
  }

  /** By split, version, slice and metric. */
  private Map<String, Object> metrics() {
    Map<String, Map<String, Map<String, Map<String, Object>>>> metrics = new TreeMap<>();
    for (EvaluationRow row : run.evaluations()) {
      metrics
          .computeIfAbsent(row.split(), key -> new TreeMap<>())
          .computeIfAbsent(row.version(), key -> new TreeMap<>())
          .computeIfAbsent(row.slice(), key -> new TreeMap<>())
          .put(row.metric(), row.value());
    }
    return new LinkedHashMap<>(metrics);
  }

  private static Map<String, Object> check(CheckRow row) {
    Map<String, Object> check = new LinkedHashMap<>();
    check.put("rule", row.rule());
    check.put("column", row.column());
    check.put("observed", row.observed());
    check.put("threshold", row.threshold());
    check.put("passed", row.passed());
    return check;
  }

  private Map<?, ?> section(String name) {
    return provenance.get(name) instanceof Map<?, ?> section ? section : Map.of();
  }

  private static Map<String, Object> without(Map<String, Object> all, String... names) {
    Map<String, Object> rest = new LinkedHashMap<>(all);
    List.of(names).forEach(rest::remove);
    return rest;
  }

  /** Keys as words, values as text; long lists by their length and first entries. */
  private static Map<String, String> flat(Map<?, ?> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((key, value) -> texts.put(words(key.toString()), shown(value)));
    return texts;
  }

  private static String words(String key) {
    String spaced = key.replace('_', ' ');
    return spaced.isEmpty()
        ? spaced
        : Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
  }

  private static String shown(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<String> parts = new ArrayList<>();
      map.forEach((key, item) -> parts.add(key + " " + shown(item)));
      return String.join(", ", parts);
    }
    if (value instanceof List<?> list) {
      List<String> first = list.stream().limit(12).map(ModelCard::shown).toList();
      String joined = String.join(", ", first);
      return list.size() > first.size() ? list.size() + ": " + joined + ", …" : joined;
    }
    return value instanceof Number number ? Figure.of(number) : RunReport.text(value);
  }
}
