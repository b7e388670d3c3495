package dev.lockstep.validation.profile;

/**
 * How far two distributions are apart, in [0, 1], whatever the samples' sizes.
 *
 * <p>Of numbers the statistic of the Kolmogorov-Smirnov test: the greatest difference of the two
 * distribution functions. Of categories the total variation distance, half the sum of the shares'
 * absolute differences: the share of rows that would have to change theirs.
 */
final class Gap {
  private Gap() {}

  static double ofNumbers(Aligned values) {
    double[] shares = shares(values);
    double sum = 0;
    double greatest = 0;
    for (double difference : shares) {
      sum += difference;
      greatest = Math.max(greatest, Math.abs(sum));
    }
    return greatest;
  }

  static double ofCategories(Aligned categories) {
    double sum = 0;
    for (double difference : shares(categories)) {
      sum += Math.abs(difference);
    }
    return sum / 2;
  }

  /** Differences of the cells' shares; of an empty sample none. */
  private static double[] shares(Aligned cells) {
    double reference = total(cells.reference());
    double sample = total(cells.sample());
    double[] differences = new double[cells.reference().length];
    for (int i = 0; i < differences.length && reference > 0 && sample > 0; i++) {
      differences[i] = cells.sample()[i] / sample - cells.reference()[i] / reference;
    }
    return differences;
  }

  static double total(long[] rows) {
    double total = 0;
    for (long count : rows) {
      total += count;
    }
    return total;
  }
}
