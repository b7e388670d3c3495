package dev.lockstep.network;

import java.io.IOException;
import java.io.OutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** DL4J's zip of a network to train on: configuration, parameters, updater state, counts. */
public record NetworkFile(Blueprint blueprint, NetworkState state) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the zip, which plain DL4J opens and trains on; the network need not be built for it. */
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
      JsonNode counts = JSON.readTree(entries.configuration());
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
