package dev.lockstep.training.replica.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The stretches of a flat gradient that are sums over samples, and those that are not: views, in
 * order.
 */
public final class GradientSegments {
  private final MultiLayerNetwork network;
  private final List<INDArray> segments = new ArrayList<>();

  private GradientSegments(MultiLayerNetwork network) {
    this.network = network;
  }

  /** What DL4J divides by the batch size. */
  public static List<INDArray> summed(MultiLayerNetwork network) {
    return new GradientSegments(network).collect(true);
  }

  /** What DL4J takes as it is: batch norm's running statistics. */
  public static List<INDArray> meaned(MultiLayerNetwork network) {
    return new GradientSegments(network).collect(false);
  }

  private List<INDArray> collect(boolean divided) {
    long start = 0;
    long position = 0;
    for (Layer layer : network.getLayers()) {
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        long next = position + parameter.getValue().length();
        if (layer.updaterDivideByMinibatch(parameter.getKey()) != divided) {
          add(start, position);
          start = next;
        }
        position = next;
      }
    }
    add(start, position);
    return segments;
  }

  private void add(long from, long to) {
    if (to > from) {
      INDArray flat = network.getFlattenedGradients();
      segments.add(flat.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)));
    }
  }
}
