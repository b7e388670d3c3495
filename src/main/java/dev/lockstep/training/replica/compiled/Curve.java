package dev.lockstep.training.replica.compiled;

/** A differentiable function of one number. */
@FunctionalInterface
interface Curve {

  /** Replaces each z in {@code values} by f(z), and puts f'(z) into {@code slopes}. */
  void apply(float[] values, float[] slopes);
}
