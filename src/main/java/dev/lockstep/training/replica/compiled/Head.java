package dev.lockstep.training.replica.compiled;

/** The output layer's activation together with the loss. */
interface Head {

  /** Turns z [samples, outputs] into the network's outputs, in place, and returns them. */
  float[] forward();

  /**
   * Leaves the loss's derivative with respect to z in the signal's deltas.
   *
   * @param labels one a sample: the class, or the real value
   * @return the loss, summed over the samples
   */
  double backward(float[] labels);
}
