package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.config.TrainConfig;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network without its weights, small enough to travel in every task.
 *
 * @param configuration DL4J's configuration as JSON
 */
public record Blueprint(String configuration) implements Serializable {
  private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** SHA-256 of the configuration, in hex. */
  public String sha256() {
    return NetworkState.sha256(configuration.getBytes(StandardCharsets.UTF_8));
  }

  /** The network of {@code network.layers}. */
  public static Blueprint ofLayers(NetworkConfig network, TrainConfig train, NetworkShape shape) {
    try {
      MultiLayerConfiguration configuration = new NetworkBuilder(network, train, shape).build();
      return new Blueprint(configuration.toJson());
    } catch (RuntimeException e) {
      throw invalid("network.layers", e);
    }
  }

  /** The network of a DL4J configuration's JSON: its own output layer, loss and updater. */
  public static Blueprint ofDl4j(String json, NetworkShape shape) {
    MultiLayerConfiguration configuration;
    try {
      configuration = MultiLayerConfiguration.fromJson(json);
    } catch (RuntimeException e) {
      throw invalid("network.dl4j", e);
    }
    checkWidths("network.dl4j", configuration, shape);
    return new Blueprint(configuration.toJson());
  }

  /** The network of a Keras HDF5 file, compiled with its loss; its weights come along. */
  public static MultiLayerNetwork ofKeras(File file, NetworkShape shape) {
    try {
      checkSignature(file);
      MultiLayerNetwork network =
          KerasModelImport.importKerasSequentialModelAndWeights(file.getPath(), true);
      checkWidths("network.keras", network.getLayerWiseConfigurations(), shape);
      return network;
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      throw e instanceof InvalidConfigException known ? known : invalid("network.keras", e);
    }
  }

  /** A network with DL4J's own first weights. */
  public MultiLayerNetwork build() {
    try {
      MultiLayerNetwork network =
          new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
      network.init();
      network.initGradientsView();
      return network;
    } catch (RuntimeException e) {
      throw invalid("network", e);
    }
  }

  /** A network in the given state. */
  public MultiLayerNetwork build(NetworkState state) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
    network.init(Nd4j.createFromArray(state.parameters()).reshape(1, -1), true);
    network.initGradientsView();
    INDArray updaterState = updaterState(network);
    if (updaterState != null) {
      updaterState.assign(Nd4j.createFromArray(state.updaterState()).reshape(1, -1));
    }
    network.getLayerWiseConfigurations().setIterationCount(state.iteration());
    network.getLayerWiseConfigurations().setEpochCount(state.epoch());
    return network;
  }

  /** What {@code network} holds now: copies. */
  public static NetworkState stateOf(MultiLayerNetwork network) {
    INDArray updaterState = updaterState(network);
    return new NetworkState(
        network.params().toFloatVector(),
        updaterState == null ? new float[0] : updaterState.toFloatVector(),
        network.getLayerWiseConfigurations().getIterationCount(),
        network.getLayerWiseConfigurations().getEpochCount());
  }

  private static INDArray updaterState(MultiLayerNetwork network) {
    Updater updater = network.getUpdater(true);
    return updater.getStateViewArray();
  }

  /** HDF5's own complaint about another file is long, and goes to stderr. */
  private static void checkSignature(File file) throws IOException {
    try (InputStream in = Files.newInputStream(file.toPath())) {
      if (!Arrays.equals(in.readNBytes(HDF5_SIGNATURE.length), HDF5_SIGNATURE)) {
        throw new InvalidConfigException(
            "Invalid network.keras: no HDF5 file (Keras's .h5 format)");
      }
    }
  }

  private static void checkWidths(
      String key, MultiLayerConfiguration configuration, NetworkShape shape) {
    int last = configuration.getConfs().size() - 1;
    // Keras's last layer is followed by one that is the loss alone, and has no width.
    while (last > 0 && configuration.getConf(last).getLayer() instanceof LossLayer) {
      last--;
    }
    checkWidth(key + " input", width(configuration, 0, true), shape.features());
    checkWidth(key + " output", width(configuration, last, false), shape.outputs());
  }

  private static long width(MultiLayerConfiguration configuration, int index, boolean in) {
    Layer layer = configuration.getConf(index).getLayer();
    if (!(layer instanceof FeedForwardLayer dense)) {
      return -1;
    }
    return in ? dense.getNIn() : dense.getNOut();
  }

  private static void checkWidth(String what, long actual, long wanted) {
    if (actual >= 0 && actual != wanted) {
      throw new InvalidConfigException(
          "Invalid " + what + " width: " + actual + " (the data need " + wanted + ")");
    }
  }

  private static InvalidConfigException invalid(String key, Exception cause) {
    String message = String.valueOf(cause.getMessage());
    InvalidConfigException invalid =
        new InvalidConfigException(
            "Invalid " + key + ": " + message.lines().findFirst().orElse("") + " (said by DL4J)");
    invalid.initCause(cause);
    return invalid;
  }
}
