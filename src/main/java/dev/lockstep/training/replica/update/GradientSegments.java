package dev.lockstep.training.replica.update;

import dev.lockstep.network.TrainableNetwork;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The stretches of a flat gradient that are sums over samples, and those that are not: views, in
 * order.
 */
public final class GradientSegments {
  private final INDArray gradient;
  private final List<INDArray> segments = new ArrayList<>();

  private GradientSegments(INDArray gradient) {
    this.gradient = gradient;
  }

  /** What DL4J divides by the batch size. */
  public static List<INDArray> summed(TrainableNetwork network) {
    return new GradientSegments(network.gradient()).collect(network, true);
  }

  /** What DL4J takes as it is: batch norm's running statistics. */
  public static List<INDArray> meaned(TrainableNetwork network) {
    return new GradientSegments(network.gradient()).collect(network, false);
  }

  private List<INDArray> collect(TrainableNetwork network, boolean divided) {
    long start = 0;
    long position = 0;
    for (ParamState part : network.parts().toList()) {
      if (part.getLayer().updaterDivideByMinibatch(part.getParamName()) != divided) {
        add(start, position);
        start = part.getParamOffsetEnd();
      }
      position = part.getParamOffsetEnd();
    }
    add(start, position);
    return segments;
  }

  private void add(long from, long to) {
    if (to > from) {
      segments.add(gradient.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)));
    }
  }
}
