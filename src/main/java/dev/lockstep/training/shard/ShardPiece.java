package dev.lockstep.training.shard;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Some of a shard's rows on their way to its worker: filled row by row up to a fixed number, then
 * sent as two arrays.
 */
final class ShardPiece implements Serializable {
  private static final long serialVersionUID = 1L;

  private int size;
  private int[] places;
  private byte[] bytes;
  private transient FloatBuffer rows;

  /**
   * @param capacity rows
   * @param width numbers of a row
   */
  ShardPiece(int capacity, int width) {
    this.places = new int[capacity];
    this.bytes = new byte[Math.multiplyExact(capacity, width * Float.BYTES)];
    this.rows = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Adds the row at {@code place} of the shard. */
  void add(int place, float[] features, float label) {
    places[size++] = place;
    rows.put(features).put(label);
  }

  boolean isFull() {
    return size == places.length;
  }

  int size() {
    return size;
  }

  /** The row's place in the shard. */
  int place(int row) {
    return places[row];
  }

  /** The rows [from, to) as bytes. */
  ByteBuffer bytes(int from, int to) {
    int rowBytes = bytes.length / places.length;
    return ByteBuffer.wrap(bytes, from * rowBytes, (to - from) * rowBytes);
  }

  /** This piece without room for more. */
  ShardPiece complete() {
    int rowBytes = bytes.length / places.length;
    places = Arrays.copyOf(places, size);
    bytes = Arrays.copyOf(bytes, size * rowBytes);
    rows = null;
    return this;
  }
}
