package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.training.TaskSlots;
import org.apache.spark.SparkContext;

/** W, the workers of an attempt: as many as asked for, or as there are slots. */
final class Workers {
  private Workers() {}

  /**
   * Waits for executors that are still on their way.
   *
   * @throws InvalidConfigException if more are asked for than can run at once: a barrier stage
   *     starts whole or not
   */
  static int of(TrainConfig config, SparkContext spark) {
    if (config.workers().isEmpty()) {
      return TaskSlots.upTo(config.shards(), spark);
    }
    int workers = config.workers().getAsInt();
    int found = TaskSlots.waitFor(workers, spark);
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
}
