package dev.lockstep.training.replica.compiled;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A matrix [rows, width] in row-major order, once on the heap for loops and once in native memory
 * for products.
 */
final class Panel {
  final int rows;
  final int width;
  final float[] values;
  private final FloatPointer memory;
  private final FloatBuffer buffer;

  Panel(int rows, int width) {
    this.rows = rows;
    this.width = width;
    this.values = new float[Math.multiplyExact(rows, width)];
    this.memory = new FloatPointer(values.length);
    this.buffer = memory.asBuffer();
  }

  /** The native side, for a product to write to. */
  FloatPointer memory() {
    return memory;
  }

  /** Takes what a product wrote. */
  void fetch() {
    buffer.get(0, values);
  }

  /** Makes the heap's numbers the native side's. */
  FloatPointer publish() {
    buffer.put(0, values);
    return memory;
  }
}
