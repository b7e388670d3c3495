package dev.lockstep.validation.profile;

import java.io.Serializable;

/** The least and the greatest of numbers. */
final class Extent implements Serializable {
  private static final long serialVersionUID = 1L;

  private double least = Double.POSITIVE_INFINITY;
  private double greatest = Double.NEGATIVE_INFINITY;

  /** The two zeros are one. */
  void add(double value) {
    least = Math.min(least, value + 0.0);
    greatest = Math.max(greatest, value + 0.0);
  }

  void merge(Extent other) {
    least = Math.min(least, other.least);
    greatest = Math.max(greatest, other.greatest);
  }

  /** Null of no numbers. */
  Double least() {
    return least > greatest ? null : Double.valueOf(least);
  }

  /** Null of no numbers. */
  Double greatest() {
    return least > greatest ? null : Double.valueOf(greatest);
  }
}
