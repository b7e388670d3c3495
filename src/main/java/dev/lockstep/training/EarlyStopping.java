package dev.lockstep.training;

import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.network.NetworkState;
import java.util.OptionalDouble;

/**
 * What a finished epoch's validation loss means for the run: a pure function of the epochs so far.
 */
public record EarlyStopping(TrainConfig config) {

  /**
   * @param state after the epoch
   * @param loss of the validation split; absent where there is none
   * @return progress at the start of the next epoch, or with the reason why there is none
   */
  public Progress afterEpoch(Progress before, NetworkState state, OptionalDouble loss) {
    Progress.Best best = before.best();
    int stale = before.staleEpochs();
    if (loss.isPresent()) {
      double minDelta = config.earlyStopping().map(TrainConfig.EarlyStopping::minDelta).orElse(0.0);
      boolean improved = best == null || loss.getAsDouble() < best.loss() - minDelta;
      stale = improved ? 0 : stale + 1;
      if (improved) {
        best = new Progress.Best(state.epoch(), state.iteration(), loss.getAsDouble());
      }
    }
    return new Progress(0, EpochTotals.ZERO, best, stale, stopReason(state.epoch(), stale));
  }

  private String stopReason(int epochs, int staleEpochs) {
    if (config.earlyStopping().filter(rule -> staleEpochs >= rule.patience()).isPresent()) {
      return "early stopping";
    }
    return epochs >= config.epochs() ? "all epochs" : null;
  }
}
