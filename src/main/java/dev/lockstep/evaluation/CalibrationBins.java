package dev.lockstep.evaluation;

import dev.lockstep.numeric.ExactSum;
import java.util.Locale;

/**
 * How often class 1 came true where its probability was said to be so much: ten bins of equal
 * width.
 *
 * <p>Bin 01 holds the probabilities in [0, 0.1), bin 02 those in [0.1, 0.2), …, bin 10 those in
 * [0.9, 1]. {@code calibration-bin-03-predicted} is the mean probability in bin 03 and {@code
 * calibration-bin-03-observed} the fraction of class 1 there; samples are the bin's rows. An empty
 * bin has no rows.
 */
final class CalibrationBins implements MetricState<CalibrationBins> {
  private static final long serialVersionUID = 1L;
  private static final int BINS = 10;

  private final long[] rows = new long[BINS];
  private final long[] positives = new long[BINS];
  private final ExactSum[] probabilities = new ExactSum[BINS];

  @Override
  public void add(double label, double[] prediction) {
    int bin = Math.min(BINS - 1, (int) (prediction[0] * BINS));
    rows[bin]++;
    if (label == 1) {
      positives[bin]++;
    }
    sum(bin).add(prediction[0]);
  }

  @Override
  public void merge(CalibrationBins other) {
    for (int bin = 0; bin < BINS; bin++) {
      if (other.rows[bin] > 0) {
        rows[bin] += other.rows[bin];
        positives[bin] += other.positives[bin];
        sum(bin).merge(other.probabilities[bin]);
      }
    }
  }

  @Override
  public void report(SliceReport report) {
    for (int bin = 0; bin < BINS; bin++) {
      if (rows[bin] > 0) {
        String name = String.format(Locale.ROOT, "calibration-bin-%02d-", bin + 1);
        report.mean(name + "predicted", probabilities[bin].value(), rows[bin]);
        report.mean(name + "observed", positives[bin], rows[bin]);
      }
    }
  }

  private ExactSum sum(int bin) {
    if (probabilities[bin] == null) {
      probabilities[bin] = new ExactSum();
    }
    return probabilities[bin];
  }
}
