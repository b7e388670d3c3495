package dev.lockstep.network;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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

  private final byte[] header;
  private final float[] values;

  FlatArray(float[] values) throws IOException {
    this.header = header(values.length);
    this.values = values;
  }

  /** The bytes that {@link #write} writes. */
  long sizeBytes() {
    return header.length + (long) values.length * Float.BYTES;
  }

  void write(OutputStream out) throws IOException {
    out.write(header);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES);
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - from);
      chunk.asFloatBuffer().put(values, from, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  private static byte[] header(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    DataBuffer shape =
        Nd4j.getShapeInfoProvider()
            .createShapeInformation(new long[] {1, length}, 'c', DataType.FLOAT)
            .getFirst();
    shape.write(out);
    out.writeUTF(DataBuffer.AllocationMode.MIXED_DATA_TYPES.name());
    out.writeLong(length);
    out.writeUTF(DataType.FLOAT.name());
    return bytes.toByteArray();
  }
}
