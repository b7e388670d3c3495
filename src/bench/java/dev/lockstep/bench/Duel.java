package dev.lockstep.bench;

import java.util.Locale;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two ways to do the same, on one thread, in turns: the best of many repetitions of each, and their
 * ratio.
 */
public final class Duel {
  private static final int WARM_UPS = 100;
  private static final int REPETITIONS = 50;
  private static final long REPETITION_NANOS = 10_000_000;

  private Duel() {}

  public static void begin() {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    openblas.blas_set_num_threads(1);
    System.out.printf("%-32s %12s %12s %8s%n", "", "DL4J, ms", "own, ms", "ratio");
  }

  public static void print(String name, Runnable dl4j, Runnable own) {
    for (int i = 0; i < WARM_UPS; i++) {
      millis(dl4j);
      millis(own);
    }
    double theirs = Double.MAX_VALUE;
    double ours = Double.MAX_VALUE;
    for (int i = 0; i < REPETITIONS; i++) {
      theirs = Math.min(theirs, millis(dl4j));
      ours = Math.min(ours, millis(own));
    }
    System.out.printf(
        Locale.ROOT, "%-32s %12.4f %12.4f %8.1f%n", name, theirs, ours, theirs / ours);
  }

  private static double millis(Runnable task) {
    long started = System.nanoTime();
    long now = started;
    int runs = 0;
    while (now - started < REPETITION_NANOS) {
      task.run();
      runs++;
      now = System.nanoTime();
    }
    return (now - started) / 1e6 / runs;
  }
}
