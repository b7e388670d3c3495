package dev.lockstep.evaluation;

import java.io.Serializable;

/**
 * The sums of both models in each resample, as whole numbers of a unit: so they do not depend on
 * the rows' order.
 *
 * <p>The unit is a power of two so small that a term's rounding is far below the resampling's own
 * noise, and so large that the sums of all rows fit 64 bits twice over.
 */
final class ResampledSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RowTerms terms;
  private final PoissonWeights weights;
  private final int from;
  private final double perUnit;

  /** [resamples]. */
  private final long[] rows;

  /** [2, resamples, sums]: of the candidate, then of the champion. */
  private final long[][] sums;

  private transient int[] drawn;

  /**
   * @param from the first resample of these
   * @param perUnit the inverse of the unit
   */
  ResampledSums(RowTerms terms, PoissonWeights weights, int from, int resamples, double perUnit) {
    this.terms = terms;
    this.weights = weights;
    this.from = from;
    this.perUnit = perUnit;
    this.rows = new long[resamples];
    this.sums = new long[2][resamples * terms.sums()];
  }

  ResampledSums add(PairedRow row) {
    if (drawn == null) {
      drawn = new int[weights.resamples()];
    }
    weights.of(row.rowId(), drawn);
    for (int i = 0; i < rows.length; i++) {
      rows[i] += drawn[from + i];
    }
    terms.add(row.label(), row.candidate(), (sum, term) -> add(sums[0], sum, term));
    terms.add(row.label(), row.champion(), (sum, term) -> add(sums[1], sum, term));
    return this;
  }

  private void add(long[] model, int sum, double term) {
    long units = Math.round(term * perUnit);
    for (int i = 0; i < rows.length; i++) {
      model[i * terms.sums() + sum] += drawn[from + i] * units;
    }
  }

  ResampledSums merge(ResampledSums other) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] += other.rows[i];
    }
    for (int model = 0; model < sums.length; model++) {
      for (int i = 0; i < sums[model].length; i++) {
        sums[model][i] += other.sums[model][i];
      }
    }
    return this;
  }

  /** The metric of a model in a resample; NaN where it is undefined. */
  double metric(int model, int resample) {
    double[] own = new double[terms.sums()];
    for (int sum = 0; sum < own.length; sum++) {
      own[sum] = sums[model][resample * own.length + sum] / perUnit;
    }
    return rows[resample] == 0 ? Double.NaN : terms.finish(rows[resample], own);
  }

  int resamples() {
    return rows.length;
  }
}
