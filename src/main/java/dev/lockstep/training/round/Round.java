package dev.lockstep.training.round;

import dev.lockstep.plan.SampleOrder;
import java.io.Serializable;

/**
 * The iterations that one barrier stage runs.
 *
 * @param epoch counted from 0
 * @param firstBatch of the epoch, counted from 0
 * @param batches how many follow from there
 * @param order which samples make which batch
 */
public record Round(int epoch, int firstBatch, int batches, SampleOrder order)
    implements Serializable {

  public Round {
    if (batches < 1 || firstBatch < 0 || firstBatch + batches > order.iterationsPerEpoch()) {
      throw new IllegalArgumentException(
          "Invalid round: batches " + firstBatch + " + " + batches + " of an epoch");
    }
  }

  /** Whether the epoch's last batch is in it. */
  public boolean endsEpoch() {
    return firstBatch + batches == order.iterationsPerEpoch();
  }

  /** Whether no other round has a part of the epoch. */
  public boolean isWholeEpoch() {
    return firstBatch == 0 && endsEpoch();
  }

  /** The run's iteration, counted from 0, that batch {@code batch} of the epoch is. */
  public int iteration(int batch) {
    return Math.addExact(Math.multiplyExact(epoch, order.iterationsPerEpoch()), batch);
  }
}
