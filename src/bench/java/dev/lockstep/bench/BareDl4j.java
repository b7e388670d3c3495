package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** A process of its own that trains with plain DL4J, one thread, as {@link ProcessPeer} asks. */
final class BareDl4j {
  private BareDl4j() {}

  /**
   * @param arguments widths as {@code 30-64-10}, batch size, samples
   */
  public static void main(String[] arguments) throws IOException {
    List<Integer> widths = Stream.of(arguments[0].split("-")).map(Integer::valueOf).toList();
    int batch = Integer.parseInt(arguments[1]);
    Workload workload = new Workload(widths, batch, Integer.parseInt(arguments[2]));
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < workload.samples(); from += batch) {
      batches.add(Dl4jBatches.of(workload, from, batch));
    }
    MultiLayerNetwork network = (MultiLayerNetwork) workload.blueprint().build().model();
    System.out.println("ready " + Versions.dl4j());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      long started = System.nanoTime();
      for (int epoch = Integer.parseInt(line); epoch > 0; epoch--) {
        batches.forEach(network::fit);
      }
      System.out.println("nanoseconds " + (System.nanoTime() - started));
    }
  }
}
