package dev.lockstep.evaluation;

import dev.lockstep.numeric.ExactSum;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Root mean squared error, mean absolute error, and R2 = 1 - sum (y - f)^2 / sum (y - mean y)^2.
 *
 * <p>The sums are exact, so R2 does not suffer from labels far from 0. As in scikit-learn, R2 of a
 * constant label is 1 if every prediction is right, else 0, and one row has none.
 */
final class RegressionErrors implements MetricState<RegressionErrors> {
  private static final long serialVersionUID = 1L;

  /** Labels and predictions up to here have errors whose squares are finite. */
  static final double LARGEST = 1e150;

  private final ExactSum squaredErrors = new ExactSum();
  private final ExactSum absoluteErrors = new ExactSum();
  private final ExactSum labels = new ExactSum();
  private final ExactSum squaredLabels = new ExactSum();
  private long rows;

  @Override
  public void add(double label, double[] prediction) {
    double error = label - prediction[0];
    squaredErrors.addSquare(error);
    absoluteErrors.add(Math.abs(error));
    labels.add(label);
    squaredLabels.addSquare(label);
    rows++;
  }

  @Override
  public void merge(RegressionErrors other) {
    squaredErrors.merge(other.squaredErrors);
    absoluteErrors.merge(other.absoluteErrors);
    labels.merge(other.labels);
    squaredLabels.merge(other.squaredLabels);
    rows += other.rows;
  }

  @Override
  public void report(SliceReport report) {
    if (rows == 0) {
      report.undefined("rmse", "no rows");
    } else {
      report.measured("rmse", Math.sqrt(squaredErrors.value() / rows), rows);
    }
    report.mean("mae", absoluteErrors.value(), rows);
    if (rows < 2) {
      report.undefined("r2", "fewer than 2 rows");
    } else {
      report.measured("r2", r2(), rows);
    }
  }

  /** R2 from n sum y^2 - (sum y)^2 and n sum (y - f)^2, both as integers in units of 2^-2148. */
  private double r2() {
    BigInteger n = BigInteger.valueOf(rows);
    BigInteger total =
        n.multiply(squaredLabels.units()).shiftLeft(1074).subtract(labels.units().pow(2));
    BigInteger residual = n.multiply(squaredErrors.units()).shiftLeft(1074);
    if (total.signum() <= 0) {
      return residual.signum() == 0 ? 1.0 : 0.0;
    }
    return new BigDecimal(total.subtract(residual))
        .divide(new BigDecimal(total), MathContext.DECIMAL128)
        .doubleValue();
  }
}
