package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.TrainConfig;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;

/** W, the workers of an attempt: as many as asked for, or as there are slots. */
final class Workers {
  private static final Duration POLL = Duration.ofMillis(100);

  /** What Spark itself waits for executors that register (maxRegisteredResourcesWaitingTime). */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Executors of one application register within a few seconds of each other. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private Workers() {}

  /**
   * Waits for executors that are still on their way.
   *
   * @throws InvalidConfigException if more are asked for than can run at once: a barrier stage
   *     starts whole or not
   */
  static int of(TrainConfig config, SparkContext spark) {
    IntSupplier slots = slots(spark);
    Duration longest = longestWait(spark);
    if (config.workers().isEmpty()) {
      int settled = await(slots, config.shards(), longest, SETTLED);
      return Math.max(1, Math.min(config.shards(), settled));
    }
    int workers = config.workers().getAsInt();
    int found = await(slots, workers, longest, longest);
    if (found < workers) {
      throw new InvalidConfigException(
          "Invalid train.workers: "
              + workers
              + " (must be at most the "
              + found
              + " task slots that Spark has now, or auto)");
    }
    return workers;
  }

  /**
   * W after a failure: as many as before where lost executors come back, else the slots there are.
   *
   * @param before W until now
   * @throws IllegalStateException if there are none
   */
  static int afterLoss(int before, SparkContext spark) {
    int found = await(slots(spark), before, longestWait(spark), SETTLED);
    if (found < 1) {
      throw new IllegalStateException(
          "Failed to train: no executor is left (a rerun goes on from the last checkpoint)");
    }
    return Math.min(before, found);
  }

  private static IntSupplier slots(SparkContext spark) {
    return () ->
        spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  private static Duration longestWait(SparkContext spark) {
    return spark.isLocal() ? Duration.ZERO : LONGEST_WAIT;
  }

  /**
   * The slots there are, once they are enough, or have been the same for a while, or time is up.
   *
   * @param settled how long some slots must stay the same to be taken as all
   */
  static int await(IntSupplier slots, int enough, Duration longest, Duration settled) {
    long started = System.nanoTime();
    long changed = started;
    int found = slots.getAsInt();
    while (found < enough && System.nanoTime() - started < longest.toNanos()) {
      if (found > 0 && System.nanoTime() - changed >= settled.toNanos()) {
        return found;
      }
      pause();
      int now = slots.getAsInt();
      changed = now == found ? changed : System.nanoTime();
      found = now;
    }
    return found;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for executors", e);
    }
  }
}
