package dev.lockstep.validation.profile;

import java.io.Serializable;

/** Extent and moments of numbers. */
final class Summary implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Extent extent = new Extent();
  private final Moments moments = new Moments();

  void add(double value) {
    extent.add(value);
    moments.add(value);
  }

  /** The same as adding the number so many times. */
  void addTimes(double value, long times) {
    extent.add(value);
    moments.addTimes(value, times);
  }

  void merge(Summary other) {
    extent.merge(other.extent);
    moments.merge(other.moments);
  }

  Extent extent() {
    return extent;
  }

  Moments moments() {
    return moments;
  }
}
