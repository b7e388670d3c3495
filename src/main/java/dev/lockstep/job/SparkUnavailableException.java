package dev.lockstep.job;

/** Spark's master did not answer. */
final class SparkUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause what the start stumbled over, or null
   */
  SparkUnavailableException(String master, Throwable cause) {
    super("Cannot start Spark on " + master + " (is it up, and may this machine reach it?)", cause);
  }
}
