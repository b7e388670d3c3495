package dev.lockstep.training.round;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;

/** The job group that a thread's jobs belong to; of none, too. */
record JobGroup(Map<String, String> properties) {
  /** What SparkContext.setJobGroup sets. */
  private static final List<String> PROPERTIES =
      List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

  /** This thread's now. */
  static JobGroup of(SparkContext spark) {
    Map<String, String> properties = new HashMap<>();
    PROPERTIES.forEach(property -> properties.put(property, spark.getLocalProperty(property)));
    return new JobGroup(properties);
  }

  /** Makes it this thread's again. */
  void restore(SparkContext spark) {
    properties.forEach(spark::setLocalProperty);
  }
}
