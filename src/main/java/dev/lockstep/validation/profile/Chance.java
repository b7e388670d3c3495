package dev.lockstep.validation.profile;

import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/**
 * The probability that two samples of one distribution differ as much as these do (p-values). With
 * many rows it is small for differences that matter to nobody; it only tells those apart that a
 * handful of rows makes by chance.
 */
public final class Chance {
  /** Expected rows in a cell from which the chi-squared distribution is good enough (Cochran). */
  private static final double LEAST_EXPECTED = 5;

  private static final KolmogorovSmirnovTest KOLMOGOROV_SMIRNOV = new KolmogorovSmirnovTest();

  private Chance() {}

  /**
   * Of the two-sample Kolmogorov-Smirnov test: Q(D sqrt(n m / (n + m))), the asymptotic one; too
   * large where values are tied.
   */
  static double ofKolmogorovSmirnov(double gap, double referenceRows, double sampleRows) {
    if (referenceRows == 0 || sampleRows == 0) {
      return 1;
    }
    double t = gap * Math.sqrt(referenceRows / (referenceRows + sampleRows) * sampleRows);
    // The series converges slowly there, and its value is 1 to 50 digits.
    return t < 0.1 ? 1 : 1 - KOLMOGOROV_SMIRNOV.ksSum(t, 1e-20, 100_000);
  }

  /**
   * Of Pearson's chi-squared test of homogeneity; cells of which too few rows are expected count as
   * one.
   */
  static double ofChiSquared(Aligned cells) {
    double reference = Gap.total(cells.reference());
    double sample = Gap.total(cells.sample());
    if (reference == 0 || sample == 0) {
      return 1;
    }
    double smaller = Math.min(reference, sample) / (reference + sample);
    double statistic = 0;
    int used = 0;
    long rareReference = 0;
    long rareSample = 0;
    for (int i = 0; i < cells.reference().length; i++) {
      long both = cells.reference()[i] + cells.sample()[i];
      if (both * smaller < LEAST_EXPECTED) {
        rareReference += cells.reference()[i];
        rareSample += cells.sample()[i];
      } else {
        statistic += term(cells.reference()[i], cells.sample()[i], reference, sample);
        used++;
      }
    }
    if (rareReference + rareSample > 0) {
      statistic += term(rareReference, rareSample, reference, sample);
      used++;
    }
    // The chi-squared distribution's, without the random generator that an object of it brings.
    return used < 2 ? 1 : 1 - Gamma.regularizedGammaP((used - 1) / 2.0, statistic / 2);
  }

  /**
   * That two samples of one population have such shares of a kind: Fisher's exact test, the smaller
   * tail of the hypergeometric distribution twice.
   *
   * @param sample rows of the kind, of {@code sampleRows}
   * @param reference rows of the kind, of {@code referenceRows}
   */
  static double ofShare(long sample, long sampleRows, long reference, long referenceRows) {
    if (sampleRows == 0 || referenceRows == 0) {
      return 1;
    }
    long kind = sample + reference;
    long others = sampleRows + referenceRows - kind;
    double observed =
        Math.exp(
            logChoose(kind, sample)
                + logChoose(others, sampleRows - sample)
                - logChoose(kind + others, sampleRows));
    boolean isMore = (double) sample * referenceRows >= (double) reference * sampleRows;
    double tail = 0;
    double term = observed;
    // Terms fall from the observed one on, away from the most likely one.
    for (long k = sample; term > tail * 1e-16; k += isMore ? 1 : -1) {
      tail += term;
      long of = sampleRows - k;
      term *=
          isMore
              ? (double) (kind - k) / (k + 1) * of / (others - of + 1)
              : (double) k / (kind - k + 1) * (others - of) / (of + 1);
    }
    return Math.min(1, 2 * tail);
  }

  /**
   * That so many rows come where as many as usual are expected: of the Poisson distribution, the
   * smaller tail twice.
   */
  public static double ofRows(long rows, double usual) {
    if (rows >= usual) {
      return rows == 0 ? 1 : Math.min(1, 2 * Gamma.regularizedGammaP(rows, usual));
    }
    return Math.min(1, 2 * Gamma.regularizedGammaQ(rows + 1, usual));
  }

  private static double logChoose(long all, long chosen) {
    return Gamma.logGamma(all + 1) - Gamma.logGamma(chosen + 1) - Gamma.logGamma(all - chosen + 1);
  }

  private static double term(long ofReference, long ofSample, double reference, double sample) {
    double expected = (ofReference + ofSample) * sample / (reference + sample);
    double other = ofReference + ofSample - expected;
    double difference = ofSample - expected;
    return difference * difference * (1 / expected + 1 / other);
  }
}
