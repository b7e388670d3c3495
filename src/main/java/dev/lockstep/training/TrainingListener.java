package dev.lockstep.training;

/** Watches a run from the driver; observes only, and nothing waits for it but its own return. */
public interface TrainingListener {

  /** Training begins or goes on. */
  default void started(Start start) {}

  /** A few times a second while a round runs; called from another thread. */
  default void progressed(int iteration, double loss) {}

  /** After each complete epoch, its rows being written. */
  default void epochFinished(EpochSummary summary) {}

  /** A round failed and is tried again. */
  default void retrying(int attempt, Throwable cause) {}

  /** Training is over. */
  default void finished(String stopReason) {}

  /**
   * @param iteration updates done before
   * @param iterations updates of a full run
   */
  record Start(
      int epochs,
      int iterationsPerEpoch,
      int batchSize,
      long samples,
      int shards,
      int workers,
      int iteration,
      int iterations) {}
}
