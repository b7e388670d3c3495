package dev.lockstep.dataset;

import java.io.Serializable;
import java.util.Arrays;

/** A growing list of doubles. */
final class DoubleList implements Serializable {
  private static final long serialVersionUID = 1L;

  private double[] values = new double[16];
  private int size;
  private boolean sorted;

  void add(double value) {
    reserve(size + 1);
    values[size++] = value;
    sorted = false;
  }

  void addAll(DoubleList other) {
    reserve(size + other.size);
    System.arraycopy(other.values, 0, values, size, other.size);
    size += other.size;
    sorted = false;
  }

  /** The middle value, or the lower one of two. */
  double lowerMedian() {
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
    return values[(size - 1) / 2];
  }

  private void reserve(int needed) {
    if (needed > values.length) {
      values = Arrays.copyOf(values, Math.max(needed, 2 * values.length));
    }
  }
}
