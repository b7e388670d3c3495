package dev.lockstep.bench;

import dev.lockstep.training.round.RoundResult;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * The engine against DL4J's ParameterAveragingTrainingMaster in one run: two workers of one core,
 * the same samples, network and batch. Complete epochs, best of several, rounds and all.
 */
public final class AveragingBenchmark {
  private static final int EPOCHS = 4;

  private AveragingBenchmark() {}

  public static void main(String[] arguments) {
    SparkSession spark = Sessions.local(2);
    System.out.printf(
        "%-28s %14s %20s %8s %20s %8s%n",
        "network", "lockstep", "averaging every 1", "ratio", "averaging every 5", "ratio");
    for (Workload workload :
        List.of(
            new Workload(List.of(784, 256, 128, 10), 256, 256 * 60),
            new Workload(List.of(30, 64, 32, 10), 256, 256 * 200))) {
      double lockstep =
          samplesPerSecond(
              workload,
              LockstepTrainer.train(spark, workload, 2, 2, EPOCHS).stream()
                  .map(RoundResult::wallNanos)
                  .toList());
      double every1 =
          samplesPerSecond(workload, AveragingTrainer.train(spark, workload, 2, 1, EPOCHS));
      double every5 =
          samplesPerSecond(workload, AveragingTrainer.train(spark, workload, 2, 5, EPOCHS));
      System.out.printf(
          Locale.ROOT,
          "%-28s %,14.0f %,20.0f %7.1fx %,20.0f %7.1fx%n",
          workload.name(),
          lockstep,
          every1,
          lockstep / every1,
          every5,
          lockstep / every5);
    }
    spark.stop();
  }

  private static double samplesPerSecond(Workload workload, List<Long> nanos) {
    long best = nanos.stream().skip(1).mapToLong(Long::longValue).min().orElseThrow();
    return workload.samples() * 1e9 / best;
  }
}
