package dev.lockstep.training.round;

import org.apache.spark.SparkContext;

/** The tasks that Spark can run at once, busy or not. */
public final class Slots {
  private Slots() {}

  public static int of(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }
}
