package dev.lockstep.training.shard;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Rows of floats of one width, in as many buffers as their number needs. What is mapped is unmapped
 * when the last of its users is garbage: nobody can read memory that is gone.
 */
final class FloatRows {
  /** What a buffer holds at most: a mapping's limit is 2 GB. */
  static final long SEGMENT_BYTES = 1L << 30;

  private final int width;
  private final int rowBits;
  private final FloatBuffer[] segments;

  private FloatRows(int width, int rowBits, FloatBuffer... segments) {
    this.width = width;
    this.rowBits = rowBits;
    this.segments = segments;
  }

  /** One buffer of rows. */
  static FloatRows of(int width, FloatBuffer rows) {
    return new FloatRows(width, Integer.SIZE - 1, rows);
  }

  /** Buffers that each but the last hold {@link #rowsPerSegment} rows. */
  static FloatRows of(int width, List<FloatBuffer> segments) {
    int rowBits = Integer.numberOfTrailingZeros(rowsPerSegment(width));
    return new FloatRows(width, rowBits, segments.toArray(FloatBuffer[]::new));
  }

  /** The largest power of two of rows whose bytes a segment holds. */
  static int rowsPerSegment(int width) {
    long rows = SEGMENT_BYTES / ((long) width * Float.BYTES);
    if (rows == 0) {
      throw new IllegalArgumentException(
          "Unsupported row: " + width + " numbers (must be at most " + SEGMENT_BYTES / 4 + ")");
    }
    return (int) Long.highestOneBit(rows);
  }

  int width() {
    return width;
  }

  float at(long row, int column) {
    return segments[(int) (row >>> rowBits)].get(start(row) + column);
  }

  /** Puts the first {@code count} numbers of a row at {@code position} of {@code target}. */
  void copy(long row, int count, FloatBuffer target, int position) {
    target.put(position, segments[(int) (row >>> rowBits)], start(row), count);
  }

  private int start(long row) {
    return (int) (row & ((1L << rowBits) - 1)) * width;
  }
}
