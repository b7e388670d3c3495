package dev.lockstep.network;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A float vector in the bytes that {@code Nd4j.write} makes of an array of shape [1, length]: its
 * shape, then its values in big-endian order. Nd4j takes each value through several calls; this
 * copies whole chunks.
 */
final class FlatArray {
  private static final int CHUNK_FLOATS = 1 << 14;

  private FlatArray() {}

  static void write(float[] values, DataOutputStream out) throws IOException {
    long[] shape = {1, values.length};
    DataBuffer described =
        Nd4j.getShapeInfoProvider().createShapeInformation(shape, 'c', DataType.FLOAT).getFirst();
    described.write(out);
    out.writeUTF(DataBuffer.AllocationMode.MIXED_DATA_TYPES.name());
    out.writeLong(values.length);
    out.writeUTF(DataType.FLOAT.name());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES);
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - from);
      chunk.asFloatBuffer().put(values, from, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }
}
