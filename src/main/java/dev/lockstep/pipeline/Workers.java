package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.TrainConfig;
import org.apache.spark.SparkContext;

/** W, the workers of an attempt: as many as asked for, or as there are slots. */
final class Workers {
  private Workers() {}

  /**
   * @throws InvalidConfigException if more are asked for than can run at once: a barrier stage
   *     starts whole or not
   */
  static int of(TrainConfig config, SparkContext spark) {
    int slots =
        spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
    if (config.workers().isEmpty()) {
      return Math.max(1, Math.min(config.shards(), slots));
    }
    int workers = config.workers().getAsInt();
    if (workers > slots) {
      throw new InvalidConfigException(
          "Invalid train.workers: "
              + workers
              + " (must be at most the "
              + slots
              + " task slots that Spark has now, or auto)");
    }
    return workers;
  }
}
