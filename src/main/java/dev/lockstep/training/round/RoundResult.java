package dev.lockstep.training.round;

import dev.lockstep.network.NetworkState;
import dev.lockstep.training.replica.StepClock;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a round did, added up over the workers in the order of the shards.
 *
 * @param state after the last iteration
 * @param iterations the updates, in order
 * @param validation over the whole validation split, where the round ended an epoch and there is
 *     one
 * @param times nanoseconds a step: the mean over the workers
 * @param workers W
 * @param wallNanos the barrier stage from submission to result
 */
public record RoundResult(
    NetworkState state,
    List<Iteration> iterations,
    Score validation,
    StepClock.Times times,
    int workers,
    long wallNanos) {

  /** The same, of the iterations up to {@code last} alone. */
  public RoundResult until(int last) {
    List<Iteration> first =
        iterations.stream().filter(iteration -> iteration.iteration() <= last).toList();
    return new RoundResult(state, first, validation, times, workers, wallNanos);
  }

  /**
   * One weight update.
   *
   * @param iteration counted from 1 over the whole run
   * @param loss the batch's mean, with L1 and L2, before the update
   * @param correct samples of the batch that the network named right before the update
   * @param noise of the gradient before the update
   */
  public record Iteration(
      int epoch,
      int iteration,
      int samples,
      double loss,
      long correct,
      double learningRate,
      double gradientNorm,
      double updateNorm,
      GradientNoise noise,
      long wallNanos,
      long reduceNanos) {}

  /**
   * Mean loss (with L1 and L2) and right answers; the loss is absent where there are no samples.
   */
  public record Score(OptionalDouble loss, long correct, long samples) {
    static final Score NONE = new Score(OptionalDouble.empty(), 0, 0);
  }
}
