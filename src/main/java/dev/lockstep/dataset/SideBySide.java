package dev.lockstep.dataset;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.SparkContext;

/**
 * Spark actions that do not wait for each other: what the last tasks of one leave free, another's
 * first ones take, and the driver plans one while executors work on another.
 */
final class SideBySide {
  private SideBySide() {}

  /**
   * Returns once all have ended. After a failure the others' jobs that run are cancelled.
   *
   * @throws RuntimeException what the action that failed first threw, which may be checked: Spark's
   *     Java interface does not say what it throws
   */
  static void run(SparkContext spark, List<Runnable> actions) {
    String tag = "lockstep-" + UUID.randomUUID();
    // Threads of this call alone: Spark's settings of the calling thread go to those it makes.
    ExecutorService threads = Executors.newFixedThreadPool(actions.size());
    try {
      CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
      for (Runnable action : actions) {
        ended.submit(
            () -> {
              spark.addJobTag(tag);
              action.run();
              return null;
            });
      }
      Throwable failure = null;
      for (int i = 0; i < actions.size(); i++) {
        try {
          ended.take().get();
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          spark.cancelJobsWithTag(tag);
        }
      }
      if (failure != null) {
        SideBySide.<RuntimeException>rethrow(failure);
      }
    } catch (InterruptedException e) {
      spark.cancelJobsWithTag(tag);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Spark's jobs ran", e);
    } finally {
      threads.shutdownNow();
    }
  }

  @SuppressWarnings("unchecked") // the compiler takes E for unchecked; nothing is cast
  private static <E extends Throwable> void rethrow(Throwable failure) throws E {
    throw (E) failure;
  }
}
