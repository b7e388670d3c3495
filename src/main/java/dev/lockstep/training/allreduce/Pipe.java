package dev.lockstep.training.allreduce;

import dev.lockstep.training.replica.FlatVector;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one worker shows another of the same process: its own vectors, to be read in place. The
 * owner writes a stretch's description before it offers the first of its floats, and overwrites
 * neither floats nor description before the reader has released them.
 */
final class Pipe {
  /** The two counts lie on cache lines of their own: each is written by one end, read by both. */
  private static final int OFFERED = 16;

  private static final int RELEASED = 32;

  private final AtomicLongArray counts = new AtomicLongArray(48);
  private final Bell owner;
  private final Bell reader;

  /**
   * Replaced by longer ones while the other end reads: that it sees one means it sees what is in.
   */
  private volatile FlatVector[] vectors = new FlatVector[4];

  private volatile long[] froms = new long[4];
  private volatile boolean closed;

  Pipe(Bell owner, Bell reader) {
    this.owner = owner;
    this.reader = reader;
  }

  /** The owner's: where stretch {@code index} of the sum lies. */
  void describe(int index, FlatVector vector, long from) {
    if (index == vectors.length) {
      vectors = Arrays.copyOf(vectors, 2 * index);
      froms = Arrays.copyOf(froms, 2 * index);
    }
    vectors[index] = vector;
    froms[index] = from;
  }

  FlatVector vector(int index) {
    return vectors[index];
  }

  long from(int index) {
    return froms[index];
  }

  /** Floats offered since the pipe was made. */
  long offered() {
    return counts.get(OFFERED);
  }

  void offer(long total) {
    counts.set(OFFERED, total);
    reader.ring();
  }

  /** Floats that the reader is done with since the pipe was made. */
  long released() {
    return counts.get(RELEASED);
  }

  void release(long total) {
    counts.set(RELEASED, total);
    owner.ring();
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    owner.ring();
    reader.ring();
  }
}
