package dev.lockstep.plan;

import java.util.Locale;
import java.util.Optional;

/**
 * What of a batch a shard has, where a network has batch norm: its layers normalize over a shard's
 * part of a batch, and a part of one sample has no variance. Such a part teaches the layers below
 * nothing, and pulls the running variance towards 0.
 *
 * @param shards S: parts of a batch differ by at most one sample
 */
public record BatchShares(BatchPlan batches, int shards) {

  /**
   * A line for the user where batches have no two samples for each shard, or the last one of an
   * epoch, just before validation, no two of any.
   */
  public Optional<String> notice() {
    if (batches.firstBatch() < 2L * shards) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Warning: batches of %,d have fewer than two samples of each of the %d train.shards;"
                  + " batch norm finds no variance in one sample, and the layers below it learn"
                  + " nothing from it (a train.batch-size of at least %d, or fewer train.shards)",
              batches.firstBatch(),
              shards,
              2L * shards));
    }
    if (batches.lastBatch() > shards) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Warning: the last batch of an epoch has %,d of %,d samples, at most one of each shard;"
                + " batch norm finds no variance in it, and its running variance falls just before"
                + " validation (another train.batch-size leaves more, or none)",
            batches.lastBatch(),
            batches.samples()));
  }
}
