package dev.lockstep.config;

import java.util.OptionalDouble;

/** A hidden layer. Activations are DL4J's names, lower case: relu, tanh, identity, … */
public sealed interface LayerConfig {

  /** y = activation(x W + b), W of shape [inputs, units]. */
  record Dense(int units, String activation, OptionalDouble l1, OptionalDouble l2)
      implements LayerConfig {}

  /**
   * Batch normalization (Ioffe and Szegedy 2015, arXiv 1502.03167).
   *
   * @param decay share of the old running statistics that an update keeps, in (0, 1)
   * @param epsilon added to the variance
   */
  record BatchNorm(double decay, double epsilon) implements LayerConfig {}

  /** Inverted dropout: sets a value to zero with probability {@code rate}, in (0, 1). */
  record Dropout(double rate) implements LayerConfig {}

  /** An activation function alone. */
  record Activation(String function) implements LayerConfig {}
}
