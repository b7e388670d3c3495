package dev.lockstep.training.replica.compiled;

import java.util.Arrays;

/** Loops over row-major matrices, each in one fixed order of additions. */
final class Rows {
  private Rows() {}

  /** The sum of the rows of {@code matrix} into {@code sums}. */
  static void sum(float[] matrix, float[] sums) {
    int width = sums.length;
    Arrays.fill(sums, 0);
    for (int start = 0; start < matrix.length; start += width) {
      for (int j = 0; j < width; j++) {
        sums[j] += matrix[start + j];
      }
    }
  }

  /**
   * The sum of the rows of the product of {@code a} and {@code b}, number by number, into {@code
   * sums}.
   */
  static void sumOfProducts(float[] a, float[] b, float[] sums) {
    int width = sums.length;
    Arrays.fill(sums, 0);
    for (int start = 0; start < a.length; start += width) {
      for (int j = 0; j < width; j++) {
        sums[j] += a[start + j] * b[start + j];
      }
    }
  }

  /** Multiplies {@code matrix} by {@code factors}, number by number. */
  static void multiply(float[] matrix, float[] factors) {
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] *= factors[i];
    }
  }
}
