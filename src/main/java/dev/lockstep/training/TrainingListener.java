package dev.lockstep.training;

import java.time.Duration;

/** Watches a run from the driver; observes only, and nothing waits for it but its own return. */
public interface TrainingListener {

  /** Training begins or goes on. */
  default void started(Start start) {}

  /** A few times a second while a round runs; called from another thread. */
  default void progressed(int iteration, double loss) {}

  /** After each complete epoch, while its rows are being written. */
  default void epochFinished(EpochSummary summary) {}

  /**
   * A round failed and is tried again.
   *
   * @param attempt the failed ones in a row
   * @param reason which worker failed and why, in one line
   */
  default void retrying(int attempt, String reason) {}

  /**
   * A round that had failed has succeeded.
   *
   * @param lost from the first attempt's start to the start of the one that succeeded
   * @param workers W of the latter
   */
  default void recovered(Duration lost, int workers) {}

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
