package dev.lockstep.training.replica.compiled;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The compiled form of a DL4J network: reads its parameters and writes its flat gradient where DL4J
 * has them. One thread at a time.
 */
public final class CompiledNetwork {
  private final MultiLayerNetwork network;
  private final FlatMemory parameters;
  private final FlatMemory gradient;
  private final Map<Integer, Pass> passes = new HashMap<>();

  /**
   * @throws IllegalArgumentException if the network has no compiled form
   */
  public CompiledNetwork(MultiLayerNetwork network) {
    if (!supports(network)) {
      throw new IllegalArgumentException("Unsupported network (see supports)");
    }
    this.network = network;
    this.parameters = new FlatMemory(network.params());
    this.gradient = new FlatMemory(network.getFlattenedGradients());
  }

  /** Whether the network has a compiled form: the configuration alone decides. */
  public static boolean supports(MultiLayerNetwork network) {
    return Subset.contains(network.getLayerWiseConfigurations());
  }

  /**
   * The pass for micro-batches of so many samples: always the same one, its arrays are used again.
   */
  public Pass pass(int samples) {
    return passes.computeIfAbsent(
        samples, size -> new PassBuilder(network, parameters, gradient, size).build());
  }
}
