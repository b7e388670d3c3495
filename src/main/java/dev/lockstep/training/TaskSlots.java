package dev.lockstep.training;

import dev.lockstep.training.round.Slots;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** The tasks that Spark can run at once: a round's workers all run at once or not at all. */
public final class TaskSlots {
  private static final Duration POLL = Duration.ofMillis(100);

  /** What Spark itself waits for executors that register (maxRegisteredResourcesWaitingTime). */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Executors of one application register within a few seconds of each other. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private TaskSlots() {}

  /**
   * The slots there are, at least one and at most {@code most}, once as many are there as the
   * application asked for, or executors have settled where it did not say.
   */
  public static int upTo(int most, SparkContext spark) {
    OptionalInt asked = asked(spark.getConf());
    Duration longest = longestWait(spark);
    int enough = Math.min(most, asked.orElse(most));
    Duration settled = asked.isPresent() ? longest : SETTLED;
    return Math.max(1, Math.min(most, await(slots(spark), enough, longest, settled)));
  }

  /** The slots there are, once they are {@code enough} or executors had the time to come. */
  public static int waitFor(int enough, SparkContext spark) {
    Duration longest = longestWait(spark);
    return await(slots(spark), enough, longest, longest);
  }

  /**
   * W after a failure: as many as at the start where lost executors come back, else the slots there
   * are.
   *
   * @param wanted W at the start
   * @throws IllegalStateException if there are none
   */
  public static int afterLoss(int wanted, SparkContext spark) {
    int found = await(slots(spark), wanted, longestWait(spark), SETTLED);
    if (found < 1) {
      throw new IllegalStateException(
          "Failed to train: no executor is left (run again once there are some)");
    }
    return Math.min(wanted, found);
  }

  /** The slots that an application with a fixed number of cores has once all of them are there. */
  static OptionalInt asked(SparkConf spark) {
    int ofTask = Math.max(1, spark.getInt("spark.task.cpus", 1));
    if (spark.contains("spark.executor.instances")) {
      int cores = spark.getInt("spark.executor.cores", 1);
      return OptionalInt.of(spark.getInt("spark.executor.instances", 1) * (cores / ofTask));
    }
    return spark.contains("spark.cores.max")
        ? OptionalInt.of(spark.getInt("spark.cores.max", 1) / ofTask)
        : OptionalInt.empty();
  }

  private static IntSupplier slots(SparkContext spark) {
    return () -> Slots.of(spark);
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
