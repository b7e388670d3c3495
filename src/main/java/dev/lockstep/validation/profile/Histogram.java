package dev.lockstep.validation.profile;

import java.io.Serializable;

/**
 * Counts of numbers by value, as finely as {@link #MOST} buckets allow.
 *
 * <p>A bucket holds the doubles that share all but their lowest k bits, with the least k that keeps
 * the buckets of all numbers within {@link #MOST}: few different values are counted each, many by
 * buckets of about the same width relative to their value. Numbers added to a part never need a
 * larger k than the whole does, so k and the counts depend neither on the order of the numbers nor
 * on the parts that are merged; and two histograms compare once the finer one drops as many bits as
 * the other. (A collapse of all buckets in pairs, as in I. Epicoco et al., UDDSketch: Accurate
 * Tracking of Quantiles in Data Streams, 2020; buckets by a double's own bits as in HdrHistogram.)
 */
final class Histogram implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int MOST = 512;

  private LongCounts counts = new LongCounts();
  private int droppedBits;

  /** Adds a finite number; there may be one bucket too many then, until {@link #coarsen}. */
  void add(double value) {
    counts.add(SortedBits.of(value) >> droppedBits, 1);
  }

  /** Adds the numbers of another one; there may be too many buckets then. */
  void merge(Histogram other) {
    if (droppedBits < other.droppedBits) {
      drop(other.droppedBits - droppedBits);
    }
    counts.addAll(other.counts, droppedBits - other.droppedBits);
  }

  boolean hasTooMany() {
    return counts.size() > MOST;
  }

  /**
   * Adds the numbers to a summary; before the first coarsening, when each bucket is of one number.
   */
  void addTo(Summary summary) {
    counts.forEach((bits, count) -> summary.addTimes(SortedBits.value(bits), count));
  }

  Buckets finish() {
    long[] keys = counts.sortedKeys();
    long[] rows = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      rows[i] = counts.count(keys[i]);
    }
    return Buckets.of(droppedBits, keys, rows);
  }

  /** Drops as many bits as {@link #MOST} buckets need. */
  void coarsen() {
    drop(surplusBits(counts.sortedKeys()));
  }

  /** The least number of lowest bits without which at most {@link #MOST} of the keys differ. */
  private static int surplusBits(long... ascending) {
    int[] neighbours = new int[Long.SIZE + 1]; // by the bits that make them one
    for (int i = 1; i < ascending.length; i++) {
      neighbours[Long.SIZE - Long.numberOfLeadingZeros(ascending[i - 1] ^ ascending[i])]++;
    }
    int different = 1;
    int bits = Long.SIZE;
    while (different + neighbours[bits] <= MOST) {
      different += neighbours[bits--];
    }
    return bits;
  }

  private void drop(int bits) {
    counts = counts.shifted(bits);
    droppedBits += bits;
  }
}
