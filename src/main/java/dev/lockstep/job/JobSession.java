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
  /** How Spark calls an application to which no master gave an id. */
  private static final String UNREGISTERED = "spark-application-";

  /**
   * Starts Spark for the job alone.
   *
   * @throws SparkUnavailableException if a cluster's master does not answer
   */
  static JobSession start(SparkConf settings) {
    String master = settings.get("spark.master");
    SparkSession spark;
    try {
      spark = SparkSession.builder().config(settings).getOrCreate();
    } catch (IllegalStateException stopped) {
      throw new SparkUnavailableException(master, stopped);
    }
    // Spark gives up on its master in another thread, while the start goes on or stumbles.
    if (master.startsWith("spark://")
        && spark.sparkContext().applicationId().startsWith(UNREGISTERED)) {
      spark.stop();
      throw new SparkUnavailableException(master, null);
    }
    return new JobSession(spark, true);
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
