package dev.lockstep.training.replica.update;

/** An updater's formula in float32, as DL4J's native code has it, over a chunk of parameters. */
interface Rule {

  /** Fixes learning rate and whatever else follows a schedule. Both counts are from 0. */
  void prepare(int iteration, int epoch);

  /**
   * Replaces the first {@code count} numbers of {@code gradient} by the update, and moves the state
   * on.
   *
   * @param state a chunk for each of the updater's moments, in DL4J's order
   */
  void apply(float[] gradient, float[][] state, int count);
}
