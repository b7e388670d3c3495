package dev.lockstep.report;

import dev.lockstep.metrics.EpochRow;
import dev.lockstep.metrics.IterationRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The charts of a run's training, from its rows. */
final class RunCharts {
  private static final List<String> STEPS =
      List.of("data", "forward", "backward", "all-reduce", "update", "other");

  private final List<Map<String, Object>> charts = new ArrayList<>();
  private final List<EpochRow> training;
  private final List<EpochRow> validation;
  private final List<IterationRow> iterations;

  private RunCharts(List<EpochRow> epochs, List<IterationRow> iterations) {
    this.training = of(epochs, "train");
    this.validation = of(epochs, "validation");
    this.iterations = iterations;
  }

  /** Each chart with its title, explanation, the names of its lines and the picture. */
  static List<Map<String, Object>> of(RunFacts run) {
    RunCharts charts = new RunCharts(run.epochs(), run.iterations());
    charts.addLoss();
    charts.addRates();
    charts.addNoise(run);
    charts.addTimes();
    return charts.charts;
  }

  private void addLoss() {
    add(
        "Loss by epoch",
        "Mean loss of a sample. Training's is taken during the epoch, before each update;"
            + " validation's after it.",
        "epoch",
        List.of(
            byEpoch("training", training, EpochRow::loss),
            byEpoch("validation", validation, EpochRow::loss)));
    add(
        "Accuracy by epoch",
        "Fraction of right answers.",
        "epoch",
        List.of(
            byEpoch("training", training, EpochRow::accuracy),
            byEpoch("validation", validation, EpochRow::accuracy)));
    add(
        "Loss by update",
        "Mean loss of the batch before its update; long runs show means of neighbours.",
        "update",
        List.of(byUpdate("batch loss", IterationRow::loss)));
  }

  private void addRates() {
    add(
        "Learning rate",
        "Of each weight update.",
        "update",
        List.of(byUpdate("learning rate", IterationRow::learningRate)));
    add(
        "Gradient and update",
        "L2 norms of the mean gradient, and of the change of the parameters.",
        "update",
        List.of(
            byUpdate("gradient norm", IterationRow::gradientNorm),
            byUpdate("update norm", IterationRow::updateNorm)));
  }

  private void addNoise(RunFacts run) {
    Series noise = byEpoch("noise scale", training, EpochRow::noiseScale);
    Integer batch = run.attempts().isEmpty() ? null : run.lastAttempt().batchSize();
    List<Series> lines = new ArrayList<>(List.of(noise));
    if (batch != null && !noise.points().isEmpty()) {
      lines.add(
          new Series(
              "batch size",
              noise.points().stream().map(p -> new Series.Point(p.x(), batch)).toList()));
    }
    add(
        "Gradient noise scale",
        "In samples: batches far below it make noisy updates, batches far above it spend samples"
            + " for little.",
        "epoch",
        lines);
  }

  private void addTimes() {
    add(
        "Throughput",
        "Samples a second of wall time, over all workers.",
        "epoch",
        List.of(byEpoch("samples a second", training, EpochRow::samplesPerSecond)));
    List<BarChart.Bar> bars = new ArrayList<>();
    for (EpochRow epoch : training) {
      if (epoch.wallMs() != null && epoch.iterations() != null && epoch.iterations() > 0) {
        bars.add(new BarChart.Bar(String.valueOf(epoch.epoch()), times(epoch)));
      }
    }
    if (!bars.isEmpty()) {
      BarChart chart = new BarChart("Time of an update", "epoch", STEPS, bars);
      charts.add(
          described(
              chart.title(),
              "Milliseconds by step, mean over workers; other is the round's start and end.",
              STEPS,
              chart.svg()));
    }
  }

  private static double[] times(EpochRow epoch) {
    double[] times = {
      orZero(epoch.dataMs()),
      orZero(epoch.forwardMs()),
      orZero(epoch.backwardMs()),
      orZero(epoch.reduceMs()),
      orZero(epoch.updateMs()),
      0
    };
    double known = 0;
    for (double time : times) {
      known += time;
    }
    times[times.length - 1] = Math.max(0, epoch.wallMs() - known);
    for (int i = 0; i < times.length; i++) {
      times[i] /= epoch.iterations();
    }
    return times;
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }

  private void add(String title, String text, String x, List<Series> lines) {
    List<Series> drawn = lines.stream().filter(line -> !line.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      charts.add(
          described(
              title,
              text,
              drawn.stream().map(Series::name).toList(),
              new LineChart(title, x, drawn).svg()));
    }
  }

  static Map<String, Object> described(
      String title, String text, List<String> names, Object picture) {
    Map<String, Object> chart = new LinkedHashMap<>();
    chart.put("title", title);
    chart.put("text", text);
    chart.put("names", names);
    chart.put("svg", picture);
    return chart;
  }

  private static List<EpochRow> of(List<EpochRow> epochs, String split) {
    return epochs.stream().filter(epoch -> epoch.split().equals(split)).toList();
  }

  private static Series byEpoch(
      String name, List<EpochRow> epochs, Function<EpochRow, Double> value) {
    return new Series(
        name,
        epochs.stream()
            .filter(epoch -> value.apply(epoch) != null)
            .map(epoch -> new Series.Point(epoch.epoch(), value.apply(epoch)))
            .toList());
  }

  private Series byUpdate(String name, Function<IterationRow, Double> value) {
    return new Series(
        name,
        iterations.stream()
            .filter(row -> value.apply(row) != null && Double.isFinite(value.apply(row)))
            .map(row -> new Series.Point(row.iteration(), value.apply(row)))
            .toList());
  }
}
