package dev.lockstep.checkpoint;

/**
 * How far a run is, beside its network's state.
 *
 * @param batch batches done of the epoch in progress
 * @param totals of the epoch in progress
 * @param best the epoch with the best validation loss so far: one counts as better if it is lower
 *     by more than early stopping's min-delta; null before there is one
 * @param staleEpochs complete epochs since the validation loss last fell enough to count for early
 *     stopping
 * @param stopReason why the run is over; null while it is not
 */
public record Progress(
    int batch, EpochTotals totals, Best best, int staleEpochs, String stopReason) {

  public static final Progress START = new Progress(0, EpochTotals.ZERO, null, 0, null);

  /** Whether the best validation loss so far is that after so many iterations. */
  public boolean isBestAt(int iteration) {
    return best != null && best.iteration() == iteration;
  }

  /**
   * The epoch with the best validation loss, counted from 1, and the iterations done at its end.
   */
  public record Best(int epoch, int iteration, double loss) {}
}
