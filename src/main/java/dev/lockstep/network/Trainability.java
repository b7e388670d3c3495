package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;

/**
 * What training in shards asks of a network: one weight update a batch, from a gradient that is a
 * sum over the examples.
 */
public final class Trainability {
  /** Their own parameters follow from counts or quantiles of the whole batch. */
  private static final Set<String> NOT_SUMS = Set.of("CenterLossOutputLayer", "OCNNOutputLayer");

  private final String key;

  private Trainability(String key) {
    this.key = key;
  }

  /**
   * Refuses a network that cannot be trained exactly.
   *
   * @param key what the user calls the network, for the message
   * @throws InvalidConfigException with one line that says why
   */
  public static TrainableNetwork check(String key, TrainableNetwork network) {
    new Trainability(key).check(network);
    return network;
  }

  private void check(TrainableNetwork network) {
    require(network.parameters() != null, "no parameters", "must have some to train");
    DataType type = network.parameters().dataType();
    require(type == DataType.FLOAT, "data type " + type, "must be FLOAT");
    require(
        backpropType(network) == BackpropType.Standard,
        "truncated backpropagation through time",
        "it updates several times a batch: must be Standard");
    OptimizationAlgorithm algorithm = network.model().conf().getOptimizationAlgo();
    require(
        algorithm == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT,
        "optimization algorithm " + algorithm,
        "must be STOCHASTIC_GRADIENT_DESCENT");
    network.outputLayers().forEach(this::checkOutput);
  }

  private static BackpropType backpropType(TrainableNetwork network) {
    return network.model() instanceof MultiLayerNetwork stack
        ? stack.getLayerWiseConfigurations().getBackpropType()
        : ((ComputationGraph) network.model()).getConfiguration().getBackpropType();
  }

  private void checkOutput(Layer layer) {
    String type = layer == null ? "a vertex" : layer.getClass().getSimpleName();
    require(
        layer instanceof IOutputLayer, "output of " + type, "must be an output layer with a loss");
    require(
        !NOT_SUMS.contains(type), type, "its gradient is not a sum over the samples of a batch");
    if (layer.conf().getLayer() instanceof BaseOutputLayer output) {
      require(
          !(output.getLossFn() instanceof LossFMeasure),
          "loss " + output.getLossFn(),
          "it is not a sum over the samples of a batch");
    }
  }

  private void require(boolean holds, String what, String rule) {
    if (!holds) {
      throw new InvalidConfigException("Unsupported " + key + ": " + what + " (" + rule + ")");
    }
  }
}
