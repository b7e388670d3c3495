package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.plan.NetworkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The size of a network of DL4J's configuration JSON, of either kind: nothing is built.
 *
 * @param size its activations count one step of a sequence whose length the configuration does not
 *     say
 * @param updaterState floats that the updaters keep
 */
public record ConfigurationSize(NetworkSize size, long updaterState) {

  /**
   * The width of the input rows, where the network's first layer says it.
   *
   * @throws InvalidConfigException if DL4J cannot read the configuration
   */
  public static OptionalInt features(String json) {
    return reading(
        () -> {
          if (Configurations.isGraph(json)) {
            return OptionalInt.empty();
          }
          Layer first = MultiLayerConfiguration.fromJson(json).getConf(0).getLayer();
          boolean says = first instanceof FeedForwardLayer dense && dense.getNIn() > 0;
          return says
              ? OptionalInt.of(Math.toIntExact(((FeedForwardLayer) first).getNIn()))
              : OptionalInt.empty();
        });
  }

  /**
   * @param features of a row
   * @throws InvalidConfigException if DL4J cannot read the configuration, or not for such rows
   */
  public static ConfigurationSize of(String json, int features) {
    InputType input = InputType.feedForward(features);
    return reading(
        () -> {
          if (Configurations.isGraph(json)) {
            ComputationGraphConfiguration graph = ComputationGraphConfiguration.fromJson(json);
            List<NeuralNetConfiguration> layers = new ArrayList<>();
            graph.getVertices().values().stream()
                .filter(LayerVertex.class::isInstance)
                .forEach(vertex -> layers.add(((LayerVertex) vertex).getLayerConf()));
            // The inputs are among them.
            return of(layers, 0, List.copyOf(graph.getLayerActivationTypes(input).values()));
          }
          MultiLayerConfiguration stack = MultiLayerConfiguration.fromJson(json);
          return of(stack.getConfs(), features, stack.getLayerActivationTypes(input));
        });
  }

  private static ConfigurationSize of(
      List<NeuralNetConfiguration> layers, int inputs, List<InputType> outputs) {
    long parameters = 0;
    long statistics = 0;
    long state = 0;
    for (NeuralNetConfiguration layer : layers) {
      long own = layer.getLayer().initializer().numParams(layer);
      long unlearned = layer.getLayer() instanceof BatchNormalization norm ? 2 * norm.getNOut() : 0;
      parameters += own;
      statistics += unlearned;
      state += state(layer.getLayer(), own - unlearned);
    }
    long activations = inputs;
    for (InputType output : outputs) {
      activations += elements(output);
    }
    int width = outputs.isEmpty() ? inputs : (int) elements(outputs.get(outputs.size() - 1));
    return new ConfigurationSize(
        new NetworkSize(width, parameters, statistics, activations), state);
  }

  private static <T> T reading(Supplier<T> configuration) {
    try {
      return configuration.get();
    } catch (RuntimeException e) {
      throw Blueprint.invalid("network.dl4j", e);
    }
  }

  private static long state(Layer layer, long learned) {
    List<String> names = layer.initializer().paramKeys(layer);
    IUpdater updater = names.isEmpty() ? null : layer.getUpdaterByParam(names.get(0));
    return updater == null || learned == 0 ? 0 : updater.stateSize(learned);
  }

  private static long elements(InputType type) {
    return type instanceof InputType.InputTypeRecurrent sequence
            && sequence.getTimeSeriesLength() <= 0
        ? sequence.getSize()
        : type.arrayElementsPerExample();
  }
}
