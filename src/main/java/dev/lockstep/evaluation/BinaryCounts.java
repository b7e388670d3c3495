package dev.lockstep.evaluation;

/**
 * What follows from the four counts of a binary classification.
 *
 * <p>A row is predicted positive if its probability of class 1 is above 0.5. As in scikit-learn,
 * precision without a positive prediction, recall without a positive label and F1 without either
 * are 0.
 */
final class BinaryCounts implements MetricState<BinaryCounts> {
  private static final long serialVersionUID = 1L;

  private long truePositives;
  private long falsePositives;
  private long falseNegatives;
  private long trueNegatives;

  @Override
  public void add(double label, double[] prediction) {
    boolean positive = isPositive(prediction);
    if (label == 1) {
      if (positive) {
        truePositives++;
      } else {
        falseNegatives++;
      }
    } else if (positive) {
      falsePositives++;
    } else {
      trueNegatives++;
    }
  }

  static boolean isPositive(double[] prediction) {
    return prediction[0] > 0.5;
  }

  @Override
  public void merge(BinaryCounts other) {
    truePositives += other.truePositives;
    falsePositives += other.falsePositives;
    falseNegatives += other.falseNegatives;
    trueNegatives += other.trueNegatives;
  }

  @Override
  public void report(SliceReport report) {
    long rows = truePositives + falsePositives + falseNegatives + trueNegatives;
    report.mean("accuracy", truePositives + trueNegatives, rows);
    report.mean("base-rate", truePositives + falseNegatives, rows);
    ratio(report, "precision", truePositives, truePositives + falsePositives, rows);
    ratio(report, "recall", truePositives, truePositives + falseNegatives, rows);
    ratio(
        report, "f1", 2 * truePositives, 2 * truePositives + falsePositives + falseNegatives, rows);
  }

  private static void ratio(SliceReport report, String metric, long part, long whole, long rows) {
    if (rows == 0) {
      report.undefined(metric, "no rows");
    } else {
      report.measured(metric, whole == 0 ? 0.0 : (double) part / whole, rows);
    }
  }
}
