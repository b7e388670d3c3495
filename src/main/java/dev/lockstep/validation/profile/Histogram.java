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

  /** Adds a finite number. */
  void add(double value) {
    counts.add(SortedBits.of(value) >> droppedBits, 1);
    if (counts.size() > MOST) {
      coarsen();
    }
  }

  void merge(Histogram other) {
    if (droppedBits < other.droppedBits) {
      drop(other.droppedBits - droppedBits);
    }
    counts.addAll(other.counts, droppedBits - other.droppedBits);
    coarsen();
  }

  Buckets finish() {
    long[] keys = counts.sortedKeys();
    long[] rows = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      rows[i] = counts.count(keys[i]);
    }
    return Buckets.of(droppedBits, keys, rows);
  }

  private void coarsen() {
    while (counts.size() > MOST) {
      drop(1);
    }
  }

  private void drop(int bits) {
    LongCounts coarser = new LongCounts();
    coarser.addAll(counts, bits);
    counts = coarser;
    droppedBits += bits;
  }
}
