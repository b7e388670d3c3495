package dev.lockstep.evaluation;

import java.io.Serializable;

/**
 * A metric that follows from sums over rows: what a row adds to which sum, and the metric from the
 * sums.
 */
interface RowTerms extends Serializable {
  /** How many sums there are. */
  int sums();

  /** Adds a row's terms, each finite. */
  void add(double label, double[] prediction, Sink sink);

  /**
   * The metric; NaN where it is undefined.
   *
   * @param rows the rows' weights, summed; above 0
   * @param sums [sums]
   */
  double finish(double rows, double[] sums);

  /** Takes terms. */
  interface Sink {
    void add(int sum, double term);
  }
}
