package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.config.TrainConfig;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network without its weights, small enough to travel in every task.
 *
 * @param configuration DL4J's configuration as JSON, of layers or of a graph
 */
public record Blueprint(String configuration) implements Serializable {

  /** Of a network that is there. */
  public static Blueprint of(TrainableNetwork network) {
    return new Blueprint(network.configuration());
  }

  /** The network of {@code network.layers}. */
  public static Blueprint ofLayers(NetworkConfig network, TrainConfig train, NetworkShape shape) {
    try {
      return new Blueprint(new NetworkBuilder(network, train, shape).build().toJson());
    } catch (RuntimeException e) {
      throw invalid("network.layers", e);
    }
  }

  /**
   * The network of a DL4J configuration's JSON, of layers or of a graph: its own output layer, loss
   * and updater. Where the JSON was saved in training, training begins anew.
   */
  public static Blueprint ofDl4j(String json, NetworkShape shape) {
    String key = "network.dl4j";
    TrainableNetwork network;
    try {
      network = Configurations.initialized(json);
    } catch (RuntimeException e) {
      throw invalid(key, e);
    }
    return of(usable(key, network, shape));
  }

  /** The network of a Keras HDF5 file, compiled with its loss; its weights come along. */
  public static TrainableNetwork ofKeras(File file, NetworkShape shape) {
    String key = "network.keras";
    try {
      return usable(key, KerasFile.read(file), shape);
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      throw e instanceof InvalidConfigException known ? known : invalid(key, e);
    }
  }

  private static TrainableNetwork usable(String key, TrainableNetwork network, NetworkShape shape) {
    Trainability.check(key, network);
    RowFit.check(key, network, shape);
    network.count(0, 0);
    return network;
  }

  /** Whether a layer normalizes over a batch. */
  public boolean hasBatchNorm() {
    return Configurations.layers(configuration).anyMatch(BatchNormalization.class::isInstance);
  }

  /** SHA-256 of the configuration, in hex. */
  public String sha256() {
    return NetworkState.sha256(configuration.getBytes(StandardCharsets.UTF_8));
  }

  /** A network with DL4J's own first weights; the same ones whenever it is built. */
  public TrainableNetwork build() {
    try {
      return Configurations.initialized(configuration);
    } catch (RuntimeException e) {
      throw invalid("network", e);
    }
  }

  /** A network in the given state. */
  public TrainableNetwork build(NetworkState state) {
    INDArray parameters = Nd4j.createFromArray(state.parameters()).reshape(1, -1);
    TrainableNetwork network = Configurations.initialized(configuration, parameters);
    network.restoreUpdater(state);
    return network;
  }

  static InvalidConfigException invalid(String what, Exception cause) {
    String message = String.valueOf(cause.getMessage());
    InvalidConfigException invalid =
        new InvalidConfigException(
            "Invalid " + what + ": " + message.lines().findFirst().orElse("") + " (said by DL4J)");
    invalid.initCause(cause);
    return invalid;
  }
}
