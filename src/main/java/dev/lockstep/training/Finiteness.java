package dev.lockstep.training;

import dev.lockstep.network.NetworkState;
import dev.lockstep.training.round.RoundResult;
import java.util.OptionalDouble;

/** Notices divergence, at the first iteration that shows it. */
public final class Finiteness {
  private Finiteness() {}

  /**
   * Throws {@link DivergedException} if a loss or a norm of an iteration, or the validation loss
   * after them, is not finite.
   */
  public static void check(RoundResult result) {
    for (RoundResult.Iteration iteration : result.iterations()) {
      check(iteration, "the loss", iteration.loss());
      check(iteration, "the gradient's norm", iteration.gradientNorm());
      check(iteration, "the update's norm", iteration.updateNorm());
    }
    check(result.state(), result.validation().loss());
  }

  /** The same for the validation loss alone. */
  public static void check(NetworkState state, OptionalDouble validationLoss) {
    double loss = validationLoss.orElse(0);
    if (!Double.isFinite(loss)) {
      throw new DivergedException(
          state.epoch(), state.iteration(), "the validation loss is " + loss);
    }
  }

  private static void check(RoundResult.Iteration iteration, String what, double value) {
    if (!Double.isFinite(value)) {
      throw new DivergedException(iteration.epoch(), iteration.iteration(), what + " is " + value);
    }
  }
}
