package dev.lockstep.training.replica;

/**
 * Steps 1 to 3 for one micro-batch: the gradient's SUM over its samples, not divided and not
 * regularized, left in the replica's flat gradient. Which of a network's ways to get it is used
 * depends on the network alone, never on W.
 */
public interface BatchGradient {

  /**
   * @param batch the samples
   * @param seed of the micro-batch: dropout draws from it and nothing else
   * @param clock gets a lap after the forward pass and one after backpropagation
   */
  Score compute(TrainingBatch batch, long seed, StepClock clock);

  /**
   * @param loss the sum over the samples, without regularization
   * @param correct samples whose class the network named right; 0 for regression
   */
  record Score(double loss, int correct) {
    static final Score NONE = new Score(0, 0);
  }
}
