package dev.lockstep.training.replica.update;

import java.util.Arrays;

/**
 * A sum of squares in one fixed order: chunk after chunk into a lane for each place in the chunk,
 * then over the lanes. A single running sum cannot be vectorized: it takes five times as long.
 */
final class SquareSum {
  private final float[] lanes;

  SquareSum(int chunk) {
    this.lanes = new float[chunk];
  }

  void add(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      lanes[i] += values[i] * values[i];
    }
  }

  /** The root of the sum so far; starts anew. */
  double takeRoot() {
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    Arrays.fill(lanes, 0);
    return Math.sqrt(sum);
  }
}
