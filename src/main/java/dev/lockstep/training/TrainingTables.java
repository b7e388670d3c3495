package dev.lockstep.training;

import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.config.Task;
import dev.lockstep.metrics.EpochRow;
import dev.lockstep.metrics.IterationRow;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.training.round.RoundResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Writes what a round did as rows of {@code iterations} and {@code epochs}. */
public final class TrainingTables {
  private final MetricsTables tables;
  private final RunIdentity run;
  private final Clock clock;

  public TrainingTables(MetricsTables tables, RunIdentity run, Clock clock) {
    this.tables = tables;
    this.run = run;
    this.clock = clock;
  }

  /** Removes what an earlier attempt wrote beyond the point that this one starts from. */
  public void discardAfter(int iteration, int epoch) {
    tables.discardAfter(run.runId(), iteration, epoch);
  }

  void write(RoundResult result) {
    tables.writeIterations(
        run.runId(), result.iterations().stream().map(this::iterationRow).toList());
  }

  void write(EpochSummary summary, int workers) {
    write(trainRow(summary, workers), summary, workers);
  }

  /** The same of a trainer of which loss, samples and wall time alone are known. */
  public void writePlain(EpochSummary summary, int workers) {
    EpochTotals totals = summary.totals();
    EpochRow training =
        new EpochRow(
            run.runId(),
            run.model(),
            run.logicalDate(),
            summary.epoch(),
            "train",
            totals.iterations(),
            totals.samples(),
            summary.loss(),
            null,
            totals.lastLearningRate(),
            null,
            null,
            summary.samplesPerSecond(),
            millis(totals.nanos().wall()),
            null,
            null,
            null,
            null,
            null,
            workers,
            clock.instant());
    write(training, summary, workers);
  }

  private void write(EpochRow training, EpochSummary summary, int workers) {
    List<EpochRow> rows = new ArrayList<>();
    rows.add(training);
    summary.validation().loss().ifPresent(loss -> rows.add(validationRow(summary, loss, workers)));
    tables.writeEpoch(run.runId(), summary.epoch(), rows);
  }

  private IterationRow iterationRow(RoundResult.Iteration iteration) {
    return new IterationRow(
        run.runId(),
        iteration.epoch(),
        iteration.iteration(),
        iteration.samples(),
        iteration.loss(),
        iteration.learningRate(),
        iteration.gradientNorm(),
        iteration.updateNorm(),
        millis(iteration.wallNanos()),
        millis(iteration.reduceNanos()));
  }

  private EpochRow trainRow(EpochSummary summary, int workers) {
    EpochTotals totals = summary.totals();
    EpochTotals.Nanos nanos = totals.nanos();
    return new EpochRow(
        run.runId(),
        run.model(),
        run.logicalDate(),
        summary.epoch(),
        "train",
        totals.iterations(),
        totals.samples(),
        summary.loss(),
        accuracy(totals.correct(), totals.samples()),
        totals.lastLearningRate(),
        totals.gradientNormSum() / totals.iterations(),
        noiseScale(totals),
        summary.samplesPerSecond(),
        millis(nanos.wall()),
        millis(nanos.data()),
        millis(nanos.forward()),
        millis(nanos.backward()),
        millis(nanos.reduce()),
        millis(nanos.update()),
        workers,
        clock.instant());
  }

  private EpochRow validationRow(EpochSummary summary, double loss, int workers) {
    RoundResult.Score score = summary.validation();
    return new EpochRow(
        run.runId(),
        run.model(),
        run.logicalDate(),
        summary.epoch(),
        "validation",
        null,
        score.samples(),
        loss,
        accuracy(score.correct(), score.samples()),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        workers,
        clock.instant());
  }

  private static Double noiseScale(EpochTotals totals) {
    OptionalDouble scale = totals.noise().scale();
    return scale.isPresent() ? scale.getAsDouble() : null;
  }

  private Double accuracy(long correct, long samples) {
    return run.task() == Task.REGRESSION ? null : Double.valueOf((double) correct / samples);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
