package dev.lockstep.job;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * A job's Spark session.
 *
 * @param ownsSpark whether closing this stops Spark
 */
record JobSession(SparkSession spark, boolean ownsSpark) implements AutoCloseable {

  /** Starts Spark for the job alone. */
  static JobSession start(SparkConf settings) {
    return new JobSession(SparkSession.builder().config(settings).getOrCreate(), true);
  }

  /**
   * In a process that runs Spark already, such as a notebook: a session with tables of its own
   * beside the others, on the same slots.
   */
  static JobSession beside(SparkConf settings) {
    SparkSession.setActiveSession(SparkSession.getDefaultSession().get().newSession());
    return new JobSession(SparkSession.builder().config(settings).getOrCreate(), false);
  }

  static boolean isSparkRunning() {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    return running.isDefined() && !running.get().sparkContext().isStopped();
  }

  @Override
  public void close() {
    if (ownsSpark) {
      spark.stop();
    } else {
      SparkSession.clearActiveSession();
    }
  }
}
