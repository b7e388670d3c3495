package dev.lockstep.plan;

/**
 * The size of a network, layer by layer from its input.
 *
 * @param width outputs of the layer reached so far
 * @param parameters numbers in DL4J's flat parameter vector, batch norm's running statistics among
 *     them
 * @param statistics the running statistics among the parameters: no updater state belongs to them
 * @param activations floats that a sample's forward pass leaves, input included
 */
public record NetworkSize(int width, long parameters, long statistics, long activations) {

  /** Only an input of so many features. */
  public static NetworkSize ofInput(int features) {
    return new NetworkSize(features, 0, 0, features);
  }

  /** Weights of shape [width, units], a bias for each unit. */
  public NetworkSize dense(int units) {
    long added = (width + 1L) * units;
    return new NetworkSize(units, parameters + added, statistics, activations + units);
  }

  /** For each input: scale, shift, running mean and running variance. */
  public NetworkSize batchNorm() {
    return new NetworkSize(
        width, parameters + 4L * width, statistics + 2L * width, activations + width);
  }

  /** A layer without parameters, such as dropout or an activation function. */
  public NetworkSize elementwise() {
    return new NetworkSize(width, parameters, statistics, activations + width);
  }
}
