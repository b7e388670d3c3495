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

  /** Why no batch has two samples for each shard: one line for the user; empty where they have. */
  public Optional<String> shortage() {
    if (batches.firstBatch() >= 2L * shards) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Invalid train.batch-size: %d, in batches of %,d (must be at least %d with batch norm,"
                + " which needs two samples of each of the %d train.shards)",
            batches.batchSize(),
            batches.firstBatch(),
            2L * shards,
            shards));
  }

  /** A line where the last batch of an epoch, just before validation, has no two of any shard. */
  public Optional<String> notice() {
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
