package dev.lockstep.training.replica;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The squared L2 norm of a gradient over some of its stretches, in one pass and one fixed order: a
 * dot product a block, the blocks added in double precision.
 */
final class SquaredNorm {
  private static final int BLOCK = 1 << 14; // floats; a call costs next to nothing beside it

  private final List<INDArray> segments; // own the pointers' memory
  private final List<FloatPointer> memory;

  /**
   * @param segments contiguous views of the gradient
   */
  SquaredNorm(List<INDArray> segments) {
    this.segments = segments;
    this.memory =
        segments.stream()
            .map(segment -> new FloatPointer(segment.data().addressPointer()))
            .toList();
  }

  double ofPresent() {
    double sum = 0;
    for (int i = 0; i < segments.size(); i++) {
      FloatPointer values = memory.get(i);
      long length = segments.get(i).length();
      for (long from = 0; from < length; from += BLOCK) {
        int count = (int) Math.min(BLOCK, length - from);
        values.position(from);
        sum += openblas.cblas_sdot(count, values, 1, values, 1);
      }
    }
    return sum;
  }
}
