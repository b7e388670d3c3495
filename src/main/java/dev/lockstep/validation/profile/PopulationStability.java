package dev.lockstep.validation.profile;

/**
 * The population stability index of two samples over the same bins: the sum of (p - q) ln(p / q)
 * over the bins' shares p and q, which is Jeffreys' divergence. (N. Siddiqi, Credit Risk
 * Scorecards, 2006.) Bins of numbers are the reference's tenths; every category is one; missing
 * values are one. Each bin gets half a row more, so that empty ones stay finite.
 *
 * <p>By convention of the field a value below 0.1 is no change and one above 0.25 a great one; for
 * single days of data with weather or weekdays in them that holds no more.
 */
final class PopulationStability {
  private static final int BINS = 10;
  private static final double PRIOR = 0.5;

  private PopulationStability() {}

  static double of(Aligned bins) {
    int count = 0;
    double referenceRows = 0;
    double sampleRows = 0;
    for (int i = 0; i < bins.reference().length; i++) {
      count += isUsed(bins, i) ? 1 : 0;
      referenceRows += bins.reference()[i];
      sampleRows += bins.sample()[i];
    }
    double sum = 0;
    for (int i = 0; i < bins.reference().length; i++) {
      if (isUsed(bins, i)) {
        double p = (bins.sample()[i] + PRIOR) / (sampleRows + PRIOR * count);
        double q = (bins.reference()[i] + PRIOR) / (referenceRows + PRIOR * count);
        sum += (p - q) * Math.log(p / q);
      }
    }
    return sum;
  }

  /** The values' cells gathered in tenths of the reference. */
  static Aligned tenths(Aligned values) {
    long[] reference = new long[BINS];
    long[] sample = new long[BINS];
    long total = 0;
    for (long rows : values.reference()) {
      total += rows;
    }
    long below = 0;
    for (int i = 0; i < values.reference().length; i++) {
      int bin = total == 0 ? 0 : (int) Math.min(BINS - 1, (double) BINS * below / total);
      reference[bin] += values.reference()[i];
      sample[bin] += values.sample()[i];
      below += values.reference()[i];
    }
    return new Aligned(reference, sample);
  }

  private static boolean isUsed(Aligned bins, int i) {
    return bins.reference()[i] + bins.sample()[i] > 0;
  }
}
