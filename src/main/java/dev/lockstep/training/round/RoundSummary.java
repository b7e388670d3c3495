package dev.lockstep.training.round;

import dev.lockstep.training.replica.StepClock;
import dev.lockstep.training.round.WorkerReport.IterationSeen;
import dev.lockstep.training.round.WorkerReport.ShardScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Adds up the workers' reports, shard by shard, so that the numbers do not depend on the workers.
 */
final class RoundSummary {
  private RoundSummary() {}

  /**
   * @param reports of all workers, in their order
   */
  static RoundResult of(Round round, List<WorkerReport> reports, long wallNanos) {
    WorkerReport first = reports.get(0);
    for (WorkerReport report : reports) {
      if (!report.stateSha256().equals(first.stateSha256())) {
        throw new IllegalStateException(
            "Failed to keep replicas alike: worker "
                + report.worker()
                + " ended with another state than worker 0 (are all executors of one CPU type?)");
      }
    }
    List<RoundResult.Iteration> iterations = new ArrayList<>();
    for (int i = 0; i < first.iterations().length; i++) {
      iterations.add(iteration(round, reports, i));
    }
    return new RoundResult(
        first.state(),
        iterations,
        validation(reports),
        meanTimes(reports),
        reports.size(),
        wallNanos);
  }

  private static RoundResult.Iteration iteration(Round round, List<WorkerReport> reports, int i) {
    int batch = round.firstBatch() + i;
    int samples = round.order().batchSamples(batch);
    double loss = 0;
    long correct = 0;
    for (WorkerReport report : reports) {
      for (double shard : report.iterations()[i].shardLoss()) {
        loss += shard;
      }
      correct += report.iterations()[i].correct();
    }
    IterationSeen first = reports.get(0).iterations()[i];
    return new RoundResult.Iteration(
        round.epoch() + 1,
        round.iteration(batch) + 1,
        samples,
        loss / samples + first.regularization(),
        correct,
        first.learningRate(),
        first.gradientNorm(),
        first.updateNorm(),
        noise(round, reports, i),
        first.wallNanos(),
        first.reduceNanos());
  }

  private static GradientNoise noise(Round round, List<WorkerReport> reports, int i) {
    int shards = round.order().shards();
    double[] squares = new double[shards];
    int[] samples = new int[shards];
    for (WorkerReport report : reports) {
      double[] own = report.iterations()[i].shardSquares();
      System.arraycopy(own, 0, squares, report.firstShard(), own.length);
    }
    for (int shard = 0; shard < shards; shard++) {
      samples[shard] = round.order().share(round.firstBatch() + i, shard).size();
    }
    double norm = reports.get(0).iterations()[i].gradientNorm();
    return GradientNoise.of(norm * norm, squares, samples);
  }

  private static RoundResult.Score validation(List<WorkerReport> reports) {
    return score(
        reports.stream().flatMap(report -> Arrays.stream(report.validation())).toList(),
        reports.get(0).regularization());
  }

  /**
   * @param shards what each shard adds, in their order
   * @param regularization what L1 and L2 add to a mean loss
   */
  static RoundResult.Score score(List<ShardScore> shards, double regularization) {
    double loss = 0;
    long correct = 0;
    long samples = 0;
    for (ShardScore shard : shards) {
      loss += shard.loss();
      correct += shard.correct();
      samples += shard.samples();
    }
    return samples == 0
        ? RoundResult.Score.NONE
        : new RoundResult.Score(
            OptionalDouble.of(loss / samples + regularization), correct, samples);
  }

  private static StepClock.Times meanTimes(List<WorkerReport> reports) {
    StepClock.Times sum = StepClock.Times.ZERO;
    for (WorkerReport report : reports) {
      sum = sum.plus(report.times());
    }
    return sum.dividedBy(reports.size());
  }
}
