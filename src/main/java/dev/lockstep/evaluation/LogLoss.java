package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import dev.lockstep.numeric.ExactSum;

/**
 * Mean of -ln(probability given to the row's own class), in nats.
 *
 * <p>A probability below 1e-15 counts as 1e-15, so one row costs at most 34.54.
 */
final class LogLoss implements MetricState<LogLoss> {
  private static final long serialVersionUID = 1L;
  private static final double LEAST_PROBABILITY = 1e-15;

  private final boolean binary;
  private final ExactSum losses = new ExactSum();
  private long rows;

  LogLoss(Target target) {
    this.binary = target.task() == Task.BINARY;
  }

  @Override
  public void add(double label, double[] prediction) {
    double own;
    if (binary) {
      own = label == 1 ? prediction[0] : 1 - prediction[0];
    } else {
      own = prediction[(int) label];
    }
    // StrictMath: the same bits on every machine.
    losses.add(-StrictMath.log(Math.min(1, Math.max(own, LEAST_PROBABILITY))));
    rows++;
  }

  @Override
  public void merge(LogLoss other) {
    losses.merge(other.losses);
    rows += other.rows;
  }

  @Override
  public void report(SliceReport report) {
    report.mean("log-loss", losses.value(), rows);
  }
}
