package dev.lockstep.plan;

import java.io.Serializable;

/**
 * Which samples make which batch: a pure function of the seed, so that every worker knows it
 * without asking.
 *
 * <p>Shard s holds the samples with row_id mod S = s, the sample at index k of the shard being
 * row_id k * S + s. Epoch e puts each shard in an order of its own. Laid out in turn (position p is
 * shard p mod S, place p div S of its order), the shards make one sequence of all N samples; batch
 * i of the epoch is positions [i * B, min((i + 1) * B, N)). So each sample is used once an epoch, a
 * shard's shares of a batch differ by at most one, and nothing has to divide.
 */
public record SampleOrder(long samples, int batchSize, int shards, long seed)
    implements Serializable {

  public SampleOrder {
    require(samples >= 1, "samples", samples);
    require(batchSize >= 1, "batch size", batchSize);
    require(shards >= 1 && shards <= samples, "shards", shards);
    require(
        (samples + shards - 1) / shards <= Integer.MAX_VALUE, "samples a shard", samples / shards);
  }

  /** A range of places in a shard's order of an epoch. */
  public record Share(int from, int to) {
    public int size() {
      return to - from;
    }
  }

  /** Weight updates of one epoch: ceil(N / B). */
  public int iterationsPerEpoch() {
    return Math.toIntExact((samples + batchSize - 1) / batchSize);
  }

  /** Samples that shard {@code shard} holds. */
  public int shardSize(int shard) {
    return placesBefore(samples, shard);
  }

  /** Samples of batch {@code batch} of an epoch, counted from 0; the last may be short. */
  public int batchSamples(int batch) {
    return (int) (end(batch) - start(batch));
  }

  /** The part of batch {@code batch} that comes from shard {@code shard}; may be empty. */
  public Share share(int batch, int shard) {
    return new Share(placesBefore(start(batch), shard), placesBefore(end(batch), shard));
  }

  /** The order of a shard's sample indices in epoch {@code epoch}, by Fisher and Yates. */
  public int[] order(int epoch, int shard) {
    int[] order = new int[shardSize(shard)];
    SplitMix64 random = SplitMix64.of(seed, epoch, shard);
    for (int k = 1; k < order.length; k++) {
      int other = random.next(k + 1);
      order[k] = order[other];
      order[other] = k;
    }
    return order;
  }

  private long start(int batch) {
    if (batch < 0 || batch >= iterationsPerEpoch()) {
      throw new IllegalArgumentException(
          "Invalid batch: " + batch + " (an epoch has " + iterationsPerEpoch() + ")");
    }
    return (long) batch * batchSize;
  }

  private long end(int batch) {
    return Math.min(start(batch) + batchSize, samples);
  }

  /** How many positions below {@code position} belong to the shard. */
  private int placesBefore(long position, int shard) {
    return (int) ((position - shard + shards - 1) / shards);
  }

  private static void require(boolean holds, String what, long actual) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid " + what + ": " + actual);
    }
  }
}
