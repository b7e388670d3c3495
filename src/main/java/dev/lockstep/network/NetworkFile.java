package dev.lockstep.network;

import java.io.IOException;
import java.io.OutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** DL4J's zip of a network to train on: configuration, parameters, updater state, counts. */
public record NetworkFile(Blueprint blueprint, NetworkState state) {

  /** Writes the zip, which plain DL4J opens and trains on. */
  public static void write(TrainableNetwork network, OutputStream out) throws IOException {
    ModelSerializer.writeModel(network.model(), out, true);
  }

  /**
   * Reads the zip.
   *
   * @throws IOException if it is not one
   */
  public static NetworkFile read(byte[] zip) throws IOException {
    NetworkZip entries = NetworkZip.read(zip);
    try {
      JsonNode counts = new ObjectMapper().readTree(entries.configuration());
      NetworkState state =
          new NetworkState(
              entries.parameters().toFloatVector(),
              entries.updaterState().map(INDArray::toFloatVector).orElseGet(() -> new float[0]),
              counts.path("iterationCount").asInt(),
              counts.path("epochCount").asInt());
      return new NetworkFile(new Blueprint(entries.configuration()), state);
    } catch (RuntimeException e) {
      throw new IOException("Invalid network.zip: " + e.getMessage(), e);
    }
  }
}
