package dev.lockstep.validation.profile;

/** Doubles as whole numbers in the same order; without their lowest bits, neighbours are one. */
final class SortedBits {
  private SortedBits() {}

  /** The two zeros are one. */
  static long of(double value) {
    return flipped(Double.doubleToRawLongBits(value + 0.0));
  }

  static double value(long bits) {
    return Double.longBitsToDouble(flipped(bits));
  }

  /** Turns the order of negative numbers, whose bits grow with their magnitude; its own inverse. */
  private static long flipped(long bits) {
    return bits ^ (bits >> 63) & Long.MAX_VALUE;
  }
}
