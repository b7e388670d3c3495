package dev.lockstep.bench;

import java.time.Duration;

/**
 * How long everything is measured.
 *
 * @param turns that peers take one after the other; the best of each counts
 * @param warmUp training before the first turn, at least an epoch
 * @param turn the least that one turn trains, in whole epochs
 * @param shrink by which the sets of samples are divided
 */
record Effort(int turns, Duration warmUp, Duration turn, int shrink) {
  static final Effort FULL = new Effort(3, Duration.ofMillis(3000), Duration.ofMillis(1500), 1);
  static final Effort QUICK = new Effort(1, Duration.ofMillis(300), Duration.ofMillis(200), 8);

  /** A set of samples as large as the effort allows. */
  int samples(int full) {
    return full / shrink;
  }
}
