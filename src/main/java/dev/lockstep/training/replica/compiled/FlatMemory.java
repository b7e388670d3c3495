package dev.lockstep.training.replica.compiled;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network's flat parameters or flat gradient, as DL4J lays them out, read and written in place.
 * The memory is the network's: whoever uses this keeps the network.
 */
final class FlatMemory {
  private final FloatPointer start;
  private final FloatBuffer buffer;

  FlatMemory(INDArray flat) {
    if (flat.offset() != 0 || flat.length() != flat.data().length()) {
      throw new IllegalArgumentException("Unsupported array: a view (must own its buffer)");
    }
    this.start = new FloatPointer(flat.data().pointer());
    this.buffer = start.capacity(flat.length()).asBuffer();
  }

  FloatPointer at(int offset) {
    return start.getPointer(offset);
  }

  void read(int offset, float[] into) {
    buffer.get(offset, into);
  }

  void write(int offset, float[] from) {
    buffer.put(offset, from);
  }
}
