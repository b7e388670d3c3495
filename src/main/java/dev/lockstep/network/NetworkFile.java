package dev.lockstep.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * DL4J's zip of a network: configuration, parameters, updater state. No Java serialization in it.
 */
public record NetworkFile(Blueprint blueprint, NetworkState state) {

  /** Writes the zip; {@code out} is closed. */
  public static void write(MultiLayerNetwork network, OutputStream out) throws IOException {
    ModelSerializer.writeModel(network, out, true);
  }

  /**
   * @throws IOException if it is not such a zip
   */
  public static NetworkFile read(InputStream in) throws IOException {
    try {
      MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(in, true);
      String configuration = network.getLayerWiseConfigurations().toJson();
      return new NetworkFile(new Blueprint(configuration), Blueprint.stateOf(network));
    } catch (RuntimeException e) {
      throw new IOException("Invalid network.zip: " + e.getMessage(), e);
    }
  }
}
