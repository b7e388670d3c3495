package dev.lockstep.training;

import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.training.round.RoundResult;

/**
 * A complete epoch.
 *
 * @param epoch counted from 1
 * @param iteration updates done at its end
 * @param totals over its training samples, as they were before their update
 * @param validation after its last update
 * @param best whether the validation loss is the run's best so far: lower than any before, by more
 *     than early stopping's min-delta where there is one
 */
public record EpochSummary(
    int epoch, int iteration, EpochTotals totals, RoundResult.Score validation, boolean best) {

  /** Mean training loss of the epoch. */
  public double loss() {
    return totals.lossSum() / totals.samples();
  }

  public double samplesPerSecond() {
    return totals.samples() * 1e9 / totals.nanos().wall();
  }
}
