package dev.lockstep.training;

import dev.lockstep.config.InvalidConfigException;
import org.apache.spark.SparkConf;

/** Spark's settings that do not go with training, whose workers all run at once or not at all. */
public final class BarrierSettings {
  private BarrierSettings() {}

  /**
   * Refuses dynamic allocation, with which Spark starts no barrier stage, and speculation, which
   * would start a second copy of a slow worker.
   *
   * @throws InvalidConfigException in one line for the first of them that is on
   */
  public static void check(SparkConf spark) {
    refuse(
        spark,
        "spark.dynamicAllocation.enabled",
        "training's workers all run at once; ask for a fixed number of executors");
    refuse(
        spark, "spark.speculation", "training's workers wait for each other; none may run twice");
  }

  private static void refuse(SparkConf spark, String key, String why) {
    if (spark.getBoolean(key, false)) {
      throw new InvalidConfigException(
          "Unsupported " + key + ": true (" + why + ": set " + key + "=false)");
    }
  }
}
