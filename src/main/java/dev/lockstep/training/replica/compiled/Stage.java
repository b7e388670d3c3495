package dev.lockstep.training.replica.compiled;

/** A step of the forward pass and its derivative, for one size of micro-batch. */
interface Stage {

  /**
   * @param seed of the micro-batch, for what is random
   */
  void forward(long seed);

  /** Called after {@link #forward} of the same micro-batch. */
  void backward();
}
