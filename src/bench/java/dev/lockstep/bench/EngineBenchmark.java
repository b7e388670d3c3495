package dev.lockstep.bench;

import dev.lockstep.training.round.RoundResult;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * Samples a second of the engine, by network, batch, shards and workers; and what a round costs
 * beside them.
 */
public final class EngineBenchmark {
  private EngineBenchmark() {}

  public static void main(String[] arguments) {
    SparkSession spark = Sessions.local(2);
    System.out.printf(
        "%-28s %2s %2s %12s %9s %9s %9s %9s %9s %9s %10s%n",
        "network",
        "S",
        "W",
        "samples/s",
        "ms/iter",
        "data",
        "forward",
        "backward",
        "reduce",
        "update",
        "round ms");
    for (Workload workload :
        List.of(
            new Workload(List.of(784, 256, 128, 10), 256, 256 * 60),
            new Workload(List.of(30, 64, 32, 10), 256, 256 * 600),
            new Workload(List.of(30, 64, 32, 10), 1024, 1024 * 200))) {
      for (int[] layout : new int[][] {{1, 1}, {2, 1}, {2, 2}, {8, 2}}) {
        print(workload, layout, LockstepTrainer.train(spark, workload, layout[0], layout[1], 6));
      }
    }
    spark.stop();
  }

  private static void print(Workload workload, int[] layout, List<RoundResult> results) {
    RoundResult best = results.get(results.size() - 1);
    for (RoundResult result : results.subList(1, results.size())) {
      best = iterationNanos(result) < iterationNanos(best) ? result : best;
    }
    int n = best.iterations().size();
    long nanos = iterationNanos(best);
    double perIteration = 1e6 * n;
    System.out.printf(
        Locale.ROOT,
        "%-28s %2d %2d %,12.0f %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f %10.0f%n",
        workload.name(),
        layout[0],
        layout[1],
        workload.samples() * 1e9 / nanos,
        nanos / perIteration,
        best.times().data() / perIteration,
        best.times().forward() / perIteration,
        best.times().backward() / perIteration,
        best.times().reduce() / perIteration,
        best.times().update() / perIteration,
        (best.wallNanos() - nanos) / 1e6);
  }

  private static long iterationNanos(RoundResult result) {
    return result.iterations().stream().mapToLong(RoundResult.Iteration::wallNanos).sum();
  }
}
