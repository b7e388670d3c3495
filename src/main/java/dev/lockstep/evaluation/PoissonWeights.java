package dev.lockstep.evaluation;

import dev.lockstep.plan.SplitMix64;
import java.io.Serializable;

/**
 * How often a row is in each resample: Poisson of mean 1, by the row's id alone, so that a resample
 * is the same rows whatever partitions they lie in (Chamandy, Muralidharan, Najmi and Naidu 2012,
 * "Estimating uncertainty for massive data streams").
 */
record PoissonWeights(long seed, int resamples) implements Serializable {
  private static final long[] CUMULATIVE = cumulative();

  /** Fills {@code weights}, [resamples], for a row. */
  void of(long rowId, int[] weights) {
    SplitMix64 random = SplitMix64.of(seed, rowId);
    for (int i = 0; i < weights.length; i++) {
      long uniform = random.next() >>> 32;
      int weight = 0;
      while (weight < CUMULATIVE.length && uniform >= CUMULATIVE[weight]) {
        weight++;
      }
      weights[i] = weight;
    }
  }

  /** P(at most k) in units of 2^-32, for as long as that says anything. */
  private static long[] cumulative() {
    long[] cumulative = new long[12];
    double probability = StrictMath.exp(-1);
    double sum = 0;
    for (int k = 0; k < cumulative.length; k++) {
      sum += probability;
      cumulative[k] = (long) (sum * 0x1p32);
      probability /= k + 1;
    }
    return cumulative;
  }
}
