package dev.lockstep.metrics;

import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * A thread's session while something runs: Spark, and Iceberg's actions in it, look a catalog up in
 * the settings of the active session, whichever session they were given.
 */
enum ActiveSession {
  ;

  static <T> T with(SparkSession spark, Supplier<T> body) {
    Option<SparkSession> before = SparkSession.getActiveSession();
    SparkSession.setActiveSession(spark);
    try {
      return body.get();
    } finally {
      if (before.isEmpty()) {
        SparkSession.clearActiveSession();
      } else {
        SparkSession.setActiveSession(before.get());
      }
    }
  }
}
