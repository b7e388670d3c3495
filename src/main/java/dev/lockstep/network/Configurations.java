package dev.lockstep.network;

import java.io.IOException;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Networks from DL4J's configuration JSON, of either kind. */
final class Configurations {
  private Configurations() {}

  /** A network with DL4J's own first weights. */
  static TrainableNetwork initialized(String json) {
    return initialized(json, null);
  }

  /**
   * A network with given weights.
   *
   * @param parameters [1, parameters], copied; null for DL4J's own first weights
   */
  static TrainableNetwork initialized(String json, INDArray parameters) {
    Model model = isGraph(json) ? graph(json, parameters) : stack(json, parameters);
    return TrainableNetwork.of(model);
  }

  private static Model stack(String json, INDArray parameters) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    configuration.getConfs().forEach(Configurations::fixSeed);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(parameters, true);
    return network;
  }

  private static Model graph(String json, INDArray parameters) {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    fixSeed(configuration.getDefaultConfiguration());
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(parameters, true);
    return network;
  }

  /** Weights must be the same whenever a run starts: 0, which DL4J reads as 'any', becomes one. */
  private static void fixSeed(NeuralNetConfiguration configuration) {
    if (configuration.getSeed() == 0) {
      configuration.setSeed(NetworkBuilder.dl4jSeed(0));
    }
  }

  /** The layers' configurations, of a graph in no order. */
  static Stream<Layer> layers(String json) {
    if (!isGraph(json)) {
      return MultiLayerConfiguration.fromJson(json).getConfs().stream()
          .map(NeuralNetConfiguration::getLayer);
    }
    return ComputationGraphConfiguration.fromJson(json).getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer());
  }

  /** Only a graph's configuration has vertices; broken JSON is left to DL4J to complain about. */
  static boolean isGraph(String json) {
    try {
      return new ObjectMapper().readTree(json).has("vertices");
    } catch (IOException e) {
      return false;
    }
  }
}
