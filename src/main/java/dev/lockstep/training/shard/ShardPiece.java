package dev.lockstep.training.shard;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Some of a shard's samples on their way to its worker: grows row by row, then travels as three
 * arrays.
 */
final class ShardPiece implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int width;
  private int size;
  private int[] places = new int[64];
  private float[] features;
  private float[] labels = new float[64];

  ShardPiece(int width) {
    this.width = width;
    this.features = new float[64 * width];
  }

  /** Adds the sample at {@code place} of the shard. */
  void add(int place, float[] values, float label) {
    if (size == places.length) {
      int capacity = Math.addExact(size, size);
      places = Arrays.copyOf(places, capacity);
      labels = Arrays.copyOf(labels, capacity);
      features = Arrays.copyOf(features, Math.multiplyExact(capacity, width));
    }
    places[size] = place;
    labels[size] = label;
    System.arraycopy(values, 0, features, size * width, width);
    size++;
  }

  /** This piece without spare room. */
  ShardPiece trimmed() {
    places = Arrays.copyOf(places, size);
    labels = Arrays.copyOf(labels, size);
    features = Arrays.copyOf(features, size * width);
    return this;
  }

  int size() {
    return size;
  }

  /** Puts the samples where they belong in a whole shard's arrays. */
  void copyTo(float[] allFeatures, float[] allLabels) {
    for (int k = 0; k < size; k++) {
      System.arraycopy(features, k * width, allFeatures, places[k] * width, width);
      allLabels[places[k]] = labels[k];
    }
  }
}
