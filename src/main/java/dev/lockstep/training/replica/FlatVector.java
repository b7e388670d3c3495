package dev.lockstep.training.replica;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A vector in native memory that is both an array to compute with and bytes to send: no copy lies
 * between.
 *
 * @param array of shape [1, length], float32, contiguous
 * @param bytes the same memory, in the machine's byte order; its position and limit are never used
 */
public record FlatVector(INDArray array, ByteBuffer bytes) {

  /** A vector of zeros. */
  public static FlatVector zeros(long length) {
    return of(Nd4j.zeros(1, length));
  }

  /** The memory of an array that DL4J made. */
  public static FlatVector of(INDArray array) {
    if (array.offset() != 0 || array.length() != array.data().length()) {
      throw new IllegalArgumentException("Unsupported array: a view (must own its buffer)");
    }
    Pointer pointer = array.data().pointer();
    return new FlatVector(array, pointer.asByteBuffer());
  }

  /** Gives the memory back at once: the vector cannot be used any more. */
  public void free() {
    array.close();
  }

  public long length() {
    return array.length();
  }
}
