package dev.lockstep.dataset;

import dev.lockstep.numeric.ExactSum;
import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * Of each column the number of values, their sum and sum of squares around a center, without
 * rounding, and the values that its median is taken from. Neither order nor layout of the rows
 * leaves a trace in the results.
 *
 * <p>With the center midway between the least and the greatest of N values, (mean - center)^2 is at
 * most N/4 variances, so the difference of the two sums keeps its digits.
 */
final class NumberSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] centers;
  private final double[] shares;
  private final long[] present;
  private final ExactSum[] deviations;
  private final ExactSum[] squares;
  private final DoubleList[] samples;
  private long rows;

  /**
   * @param shares of the rows whose values go into the sample, by the rows' fraction
   */
  NumberSums(double[] centers, double[] shares) {
    this.centers = centers;
    this.shares = shares;
    this.present = new long[centers.length];
    this.deviations = sums();
    this.squares = sums();
    this.samples = columns().mapToObj(i -> new DoubleList()).toArray(DoubleList[]::new);
  }

  /**
   * @param part of rows (fraction, value of each column or null)
   */
  NumberSums addAll(Iterator<Row> part) {
    while (part.hasNext()) {
      Row row = part.next();
      double fraction = row.getDouble(0);
      for (int i = 0; i < centers.length; i++) {
        if (!row.isNullAt(i + 1) && !Double.isNaN(row.getDouble(i + 1))) {
          add(i, row.getDouble(i + 1), fraction);
        }
      }
      rows++;
    }
    return this;
  }

  NumberSums merge(NumberSums other) {
    for (int i = 0; i < centers.length; i++) {
      present[i] += other.present[i];
      deviations[i].merge(other.deviations[i]);
      squares[i].merge(other.squares[i]);
      samples[i].addAll(other.samples[i]);
    }
    rows += other.rows;
    return this;
  }

  /** The lower one of two middle values. */
  double[] medians() {
    return columns().mapToDouble(i -> samples[i].lowerMedian()).toArray();
  }

  /** With the median in place of missing values, as the other moments. */
  double[] means() {
    return columns().mapToDouble(i -> centers[i] + sum(i) / rows).toArray();
  }

  /** With Bessel's correction, as MLlib's scaler; 0 for a column of one value. */
  double[] standardDeviations() {
    return columns().mapToDouble(this::standardDeviation).toArray();
  }

  private void add(int column, double value, double fraction) {
    double deviation = value - centers[column];
    present[column]++;
    deviations[column].add(deviation);
    squares[column].add(deviation * deviation);
    if (fraction < shares[column]) {
      samples[column].add(value);
    }
  }

  private double standardDeviation(int column) {
    double missing = rows - present[column];
    double shift = samples[column].lowerMedian() - centers[column];
    double squared = squares[column].value() + missing * shift * shift;
    double variance = (squared - sum(column) / rows * sum(column)) / Math.max(1, rows - 1);
    return Math.sqrt(Math.max(0, variance));
  }

  private double sum(int column) {
    double missing = rows - present[column];
    return deviations[column].value() + missing * (samples[column].lowerMedian() - centers[column]);
  }

  private ExactSum[] sums() {
    return columns().mapToObj(i -> new ExactSum()).toArray(ExactSum[]::new);
  }

  private IntStream columns() {
    return IntStream.range(0, centers.length);
  }
}
