package dev.lockstep.training.allreduce;

import dev.lockstep.training.replica.FlatVector;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * A flat vector as one thread works on it: native memory under a pointer and a buffer whose
 * positions are this thread's own. Keeps the vector, and so the memory, alive.
 */
final class Memory {
  private final FlatVector vector;
  private final FloatPointer floats;
  private final ByteBuffer bytes;

  Memory(FlatVector vector) {
    this.vector = vector;
    this.floats = new FloatPointer(vector.array().data().pointer());
    this.bytes = vector.bytes().duplicate();
    if (bytes.capacity() != vector.length() * Float.BYTES) {
      throw new IllegalArgumentException(
          "Unsupported vector: "
              + vector.length()
              + " floats (at most "
              + Integer.MAX_VALUE / Float.BYTES
              + ")");
    }
  }

  static Memory zeros(long length) {
    return new Memory(FlatVector.zeros(Math.max(length, 1)));
  }

  FlatVector vector() {
    return vector;
  }

  /** The bytes [from, to); valid until the next call. */
  ByteBuffer window(long from, long to) {
    return bytes.limit((int) to).position((int) from);
  }

  /** A place in a vector, which moves; nothing is allocated to name the next one. */
  static final class Span {
    private Memory memory;
    private long from;

    Span at(Memory memory, long from) {
      this.memory = memory;
      this.from = from;
      return this;
    }

    boolean isAt(Span other) {
      return memory == other.memory && from == other.from;
    }

    void copy(Span other, int count) {
      memory.bytes.limit(memory.bytes.capacity());
      other.memory.bytes.limit(other.memory.bytes.capacity());
      int to = (int) from * Float.BYTES;
      int at = (int) other.from * Float.BYTES;
      memory.bytes.put(to, other.memory.bytes, at, count * Float.BYTES);
    }

    /** One float addition an element: y = fma(1, x, y) rounds once, as y + x does. */
    void add(Span other, int count) {
      FloatPointer x = other.memory.floats.position(other.from);
      openblas.cblas_saxpy(count, 1, x, 1, memory.floats.position(from), 1);
    }
  }
}
