package dev.lockstep.training;

import dev.lockstep.training.round.Rounds;

/** Where rounds run: the shards laid out on as many workers as there are. */
public interface Cluster {

  /** Rounds on the present layout. */
  Rounds rounds();

  /**
   * Makes ready for another attempt after a round has failed: waits a while for executors that were
   * lost, and lays the shards out anew where the workers are no longer as many.
   */
  Rounds afterFailure();
}
