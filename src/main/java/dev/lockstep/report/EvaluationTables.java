package dev.lockstep.report;

import dev.lockstep.metrics.EvaluationRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What a run's evaluations say, as tables and pictures: of one split. */
final class EvaluationTables {
  private static final String WHOLE = "all";
  private static final Pattern CONFUSION = Pattern.compile("confusion-(\\d+)-(\\d+)");
  private static final Pattern BIN = Pattern.compile("calibration-bin-(\\d+)-(predicted|observed)");

  /** Matrices of more classes are not shown. */
  private static final int MOST_CLASSES = 20;

  private final List<EvaluationRow> rows;
  private final String own;

  /**
   * @param own the version that the page is about
   */
  EvaluationTables(List<EvaluationRow> rows, String split, String own) {
    this.rows = rows.stream().filter(row -> row.split().equals(split)).toList();
    this.own = own;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Headline metrics of every version on the whole split: names, and a line for each version. */
  Map<String, Object> versions() {
    List<String> metrics = headlines();
    Set<String> versions = new LinkedHashSet<>();
    versions.add(own);
    rows.stream()
        .map(EvaluationRow::version)
        .sorted(EvaluationTables::byKind)
        .forEach(versions::add);
    List<Map<String, Object>> lines = new ArrayList<>();
    for (String version : versions) {
      List<String> values =
          metrics.stream().map(metric -> Figure.of(value(version, WHOLE, metric))).toList();
      lines.add(
          Map.of(
              "name",
              version,
              "kind",
              kind(version),
              "samples",
              Figure.of(samples(version, WHOLE)),
              "values",
              values));
    }
    return Map.of("metrics", metrics, "lines", lines);
  }

  /** The own version on each slice; no lines where there are none. */
  Map<String, Object> slices() {
    List<String> metrics = headlines();
    List<Map<String, Object>> lines = new ArrayList<>();
    rows.stream()
        .filter(row -> row.version().equals(own))
        .map(EvaluationRow::slice)
        .distinct()
        .filter(slice -> !slice.equals(WHOLE))
        .sorted()
        .forEach(
            slice ->
                lines.add(
                    Map.of(
                        "name", slice,
                        "samples", Figure.of(samples(own, slice)),
                        "values",
                            metrics.stream()
                                .map(metric -> Figure.of(value(own, slice, metric)))
                                .toList())));
    return Map.of("metrics", metrics, "lines", lines);
  }

  /** Predicted against observed frequency; null unless the task is binary. */
  Map<String, Object> calibration() {
    Map<String, Double> predicted = new LinkedHashMap<>();
    Map<String, Double> observed = new LinkedHashMap<>();
    for (EvaluationRow row : rows) {
      Matcher bin = BIN.matcher(row.metric());
      if (row.version().equals(own) && row.slice().equals(WHOLE) && bin.matches()) {
        (bin.group(2).equals("predicted") ? predicted : observed).put(bin.group(1), row.value());
      }
    }
    List<Series.Point> points =
        predicted.keySet().stream()
            .filter(bin -> predicted.get(bin) != null && observed.get(bin) != null)
            .map(bin -> new Series.Point(predicted.get(bin), observed.get(bin)))
            .toList();
    if (points.isEmpty()) {
      return null;
    }
    Series perfect = new Series("perfect", List.of(new Series.Point(0, 0), new Series.Point(1, 1)));
    LineChart chart =
        new LineChart(
            "Calibration",
            "predicted probability",
            List.of(new Series("observed", points), perfect));
    return RunCharts.described(
        chart.title(),
        "How often the event came true, by what was predicted: on the dashed line where"
            + " probabilities are true.",
        List.of("observed", "perfect"),
        chart.svg());
  }

  /** Counts by actual and predicted class with their share of the actual; null if not one. */
  Map<String, Object> confusion(List<String> classes) {
    Map<Integer, Map<Integer, Double>> counts = new LinkedHashMap<>();
    int last = classes.size() - 1;
    for (EvaluationRow row : rows) {
      Matcher cell = CONFUSION.matcher(row.metric());
      if (row.version().equals(own) && row.slice().equals(WHOLE) && cell.matches()) {
        int actual = Integer.parseInt(cell.group(1));
        int predicted = Integer.parseInt(cell.group(2));
        counts.computeIfAbsent(actual, a -> new LinkedHashMap<>()).put(predicted, row.value());
        last = Math.max(last, Math.max(actual, predicted));
      }
    }
    if (counts.isEmpty() || last >= MOST_CLASSES) {
      return null;
    }
    List<String> names =
        IntStream.rangeClosed(0, last)
            .mapToObj(k -> k < classes.size() ? classes.get(k) : "class " + k)
            .toList();
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int actual = 0; actual <= last; actual++) {
      Map<Integer, Double> line = counts.getOrDefault(actual, Map.of());
      double sum = line.values().stream().mapToDouble(Double::doubleValue).sum();
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int predicted = 0; predicted <= last; predicted++) {
        double count = line.getOrDefault(predicted, 0.0);
        cells.add(
            Map.of(
                "count",
                Figure.of(count),
                "percent",
                sum == 0 ? 0L : Math.round(100 * count / sum),
                "right",
                actual == predicted));
      }
      lines.add(Map.of("name", names.get(actual), "cells", cells));
    }
    return Map.of("names", names, "lines", lines);
  }

  /** A metric of the own version on the whole split, or null. */
  Double value(String metric) {
    return value(own, WHOLE, metric);
  }

  private List<String> headlines() {
    return rows.stream()
        .map(EvaluationRow::metric)
        .distinct()
        .filter(name -> !CONFUSION.matcher(name).matches() && !BIN.matcher(name).matches())
        .toList();
  }

  private Double value(String version, String slice, String metric) {
    return rows.stream()
        .filter(row -> row.version().equals(version))
        .filter(row -> row.slice().equals(slice) && row.metric().equals(metric))
        .map(EvaluationRow::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private Long samples(String version, String slice) {
    return rows.stream()
        .filter(row -> row.version().equals(version) && row.slice().equals(slice))
        .map(EvaluationRow::samples)
        .max(Long::compare)
        .orElse(null);
  }

  private String kind(String version) {
    return version.equals(own)
        ? "this version"
        : version.startsWith("baseline:") ? "baseline" : "champion then";
  }

  /** Networks before baselines. */
  private static int byKind(String a, String b) {
    boolean baseline = a.startsWith("baseline:");
    return baseline == b.startsWith("baseline:") ? a.compareTo(b) : baseline ? 1 : -1;
  }
}
