package dev.lockstep.plan;

/**
 * How many weight updates a run makes.
 *
 * @param samples N: rows of the training set
 * @param batchSize B: samples that make one update, over the whole cluster
 * @param epochs E: complete passes over the training set
 */
public record BatchPlan(long samples, int batchSize, int epochs) {

  public BatchPlan {
    if (samples < 1 || batchSize < 1 || epochs < 1) {
      throw new IllegalArgumentException(
          "Invalid plan: %d samples, batch size %d, %d epochs (each must be at least 1)"
              .formatted(samples, batchSize, epochs));
    }
  }

  /** Weight updates of one epoch: ceil(N / B). */
  public long iterationsPerEpoch() {
    return (samples + batchSize - 1) / batchSize;
  }

  /** Samples of every batch of an epoch but the last: B, or N where that is less. */
  public int firstBatch() {
    return (int) Math.min(batchSize, samples);
  }

  /** Samples of an epoch's last batch, in [1, B]. */
  public int lastBatch() {
    return (int) (samples - (iterationsPerEpoch() - 1) * batchSize);
  }

  /** Weight updates of the run: E * ceil(N / B). */
  public long updates() {
    return Math.multiplyExact(epochs, iterationsPerEpoch());
  }

  /** The same run with another batch size. */
  public BatchPlan withBatchSize(int other) {
    return new BatchPlan(samples, other, epochs);
  }
}
