package dev.lockstep.training.allreduce;

import java.util.Arrays;

/**
 * The floats that go one way over a link in one sum: stretches of vectors, one after another.
 * Positions count from the sum's first float.
 */
final class Stretches {
  private Memory[] memories = new Memory[4];
  private long[] froms = new long[4];
  private long[] starts = new long[5];
  private int count;

  void clear() {
    Arrays.fill(memories, null);
    count = 0;
  }

  /** The next stretch: the vector's floats [from, to). */
  void add(Memory memory, long from, long to) {
    if (count == memories.length) {
      memories = Arrays.copyOf(memories, 2 * count);
      froms = Arrays.copyOf(froms, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count + 1);
    }
    memories[count] = memory;
    froms[count] = from;
    starts[count + 1] = starts[count] + to - from;
    count++;
  }

  int count() {
    return count;
  }

  long length() {
    return starts[count];
  }

  /** Where stretch {@code index} begins. */
  long start(int index) {
    return starts[index];
  }

  Memory memory(int index) {
    return memories[index];
  }

  /** Where in its vector stretch {@code index} begins. */
  long from(int index) {
    return froms[index];
  }

  /** The stretch that position {@code position} is in. */
  int at(long position) {
    int index = 0;
    while (starts[index + 1] <= position) {
      index++;
    }
    return index;
  }
}
