package dev.lockstep.training.replica;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;

/**
 * Watches a replica's updates where they happen: each worker's part of a round has a copy. It must
 * not change the model, or replicas are no longer alike and the round fails.
 */
public interface UpdateHook extends Serializable {

  /** Sees nothing. */
  UpdateHook NONE = new UpdateHook() {};

  /**
   * Before the forward pass of a shard's share of a batch; a worker has one call a shard.
   *
   * @param share its arrays are filled again after the update
   */
  default void beforeUpdate(TrainingBatch share, Model model) {}

  /** After the update from the whole batch. */
  default void afterUpdate(Model model) {}
}
