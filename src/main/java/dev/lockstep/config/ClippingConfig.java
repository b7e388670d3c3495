package dev.lockstep.config;

/** Limits the mean gradient, after the sum over the batch and before the updater. */
public record ClippingConfig(Type type, double threshold) {

  /** What is limited to the threshold. */
  public enum Type {
    /** The absolute value of each element. */
    VALUE,
    /** The L2 norm of each layer's gradient. */
    L2_PER_LAYER,
    /** The L2 norm of each parameter array's gradient. */
    L2_PER_PARAMETER
  }
}
