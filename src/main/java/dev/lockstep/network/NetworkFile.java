package dev.lockstep.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's zip of a network to train on: configuration, parameters, updater state, counts. */
public record NetworkFile(Blueprint blueprint, NetworkState state) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the zip, which plain DL4J opens and trains on. */
  public static void write(MultiLayerNetwork network, OutputStream out) throws IOException {
    ModelSerializer.writeModel(network, out, true);
  }

  /** Writes the zip without building the network. */
  public void write(OutputStream out) throws IOException {
    ObjectNode configuration = (ObjectNode) JSON.readTree(blueprint.configuration());
    configuration.put("iterationCount", state.iteration());
    configuration.put("epochCount", state.epoch());
    NetworkZip.write(configuration.toPrettyString(), state.parameters(), state.updaterState(), out);
  }

  /**
   * Reads the zip.
   *
   * @throws IOException if it is not one
   */
  public static NetworkFile read(byte[] zip) throws IOException {
    NetworkZip entries = NetworkZip.read(zip);
    try {
      MultiLayerConfiguration counts = MultiLayerConfiguration.fromJson(entries.configuration());
      NetworkState state =
          new NetworkState(
              entries.parameters().toFloatVector(),
              entries.updaterState().map(INDArray::toFloatVector).orElseGet(() -> new float[0]),
              counts.getIterationCount(),
              counts.getEpochCount());
      return new NetworkFile(new Blueprint(entries.configuration()), state);
    } catch (RuntimeException e) {
      throw new IOException("Invalid network.zip: " + e.getMessage(), e);
    }
  }
}
