package dev.lockstep.evaluation;

import dev.lockstep.numeric.ExactSum;

/** Mean of (probability of class 1 - label)^2. */
final class BrierScore implements MetricState<BrierScore> {
  private static final long serialVersionUID = 1L;

  private final ExactSum squares = new ExactSum();
  private long rows;

  @Override
  public void add(double label, double[] prediction) {
    squares.addSquare(prediction[0] - label);
    rows++;
  }

  @Override
  public void merge(BrierScore other) {
    squares.merge(other.squares);
    rows += other.rows;
  }

  @Override
  public void report(SliceReport report) {
    report.mean("brier", squares.value(), rows);
  }
}
