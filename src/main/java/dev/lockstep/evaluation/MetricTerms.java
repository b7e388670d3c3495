package dev.lockstep.evaluation;

/** The metrics that a gate may judge by, as sums over rows; all but the AUC, which has none. */
enum MetricTerms {
  ;

  private static final double LEAST_PROBABILITY = 1e-15;

  /**
   * Of a metric's name.
   *
   * @param centre a label to measure others from, for r2: sums of squares far from 0 lose digits
   */
  static RowTerms of(String metric, Target target, double centre) {
    boolean multiclass = target.width() > 1;
    return switch (metric) {
      case "log-loss" -> mean((label, p) -> logLoss(label, p, multiclass));
      case "brier" -> mean((label, p) -> (p[0] - label) * (p[0] - label));
      case "accuracy" -> mean((label, p) -> predicted(p) == (int) label ? 1 : 0);
      case "mae" -> mean((label, p) -> Math.abs(label - p[0]));
      case "rmse" -> new Mean((label, p) -> (label - p[0]) * (label - p[0]), Math::sqrt);
      case "r2" -> new Determination(centre);
      case "precision" -> new Overlap(false, true, target);
      case "recall" -> new Overlap(true, false, target);
      case "f1" -> new Overlap(true, true, target);
      case "macro-f1" -> new MacroF1(target.classes());
      default -> throw new IllegalArgumentException("Unknown metric: " + metric);
    };
  }

  private static double logLoss(double label, double[] p, boolean multiclass) {
    double own = multiclass ? p[(int) label] : label == 1 ? p[0] : 1 - p[0];
    return -StrictMath.log(Math.min(1, Math.max(own, LEAST_PROBABILITY)));
  }

  /** The class: of highest probability, the first of equals; binary: 1 above one half. */
  private static int predicted(double[] p) {
    if (p.length == 1) {
      return p[0] > 0.5 ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < p.length; k++) {
      best = p[k] > p[best] ? k : best;
    }
    return best;
  }

  private interface Term extends java.io.Serializable {
    double of(double label, double[] prediction);
  }

  private static RowTerms mean(Term term) {
    return new Mean(term, mean -> mean);
  }

  private interface Finish extends java.io.Serializable {
    double of(double mean);
  }

  private record Mean(Term term, Finish finish) implements RowTerms {
    @Override
    public int sums() {
      return 1;
    }

    @Override
    public void add(double label, double[] prediction, Sink sink) {
      sink.add(0, term.of(label, prediction));
    }

    @Override
    public double finish(double rows, double[] sums) {
      return finish.of(sums[0] / rows);
    }
  }

  /** R2 = 1 - sum (y - f)^2 / sum (y - mean y)^2; of a constant label 1 or 0, as scikit-learn. */
  private record Determination(double centre) implements RowTerms {
    @Override
    public int sums() {
      return 3;
    }

    @Override
    public void add(double label, double[] prediction, Sink sink) {
      double error = label - prediction[0];
      double from = label - centre;
      sink.add(0, error * error);
      sink.add(1, from);
      sink.add(2, from * from);
    }

    @Override
    public double finish(double rows, double[] sums) {
      double total = sums[2] - sums[1] * sums[1] / rows;
      return total > 0 ? 1 - sums[0] / total : sums[0] == 0 ? 1 : 0;
    }
  }

  /** True positives by labels, by predictions, or by both (F1); without any, 0. */
  private record Overlap(boolean byLabel, boolean byPrediction, Target target) implements RowTerms {
    @Override
    public int sums() {
      return 2;
    }

    @Override
    public void add(double label, double[] prediction, Sink sink) {
      boolean positive = predicted(prediction) == 1;
      double terms = (byLabel && label == 1 ? 1 : 0) + (byPrediction && positive ? 1 : 0);
      if (label == 1 && positive) {
        sink.add(0, byLabel && byPrediction ? 2 : 1);
      }
      sink.add(1, terms);
    }

    @Override
    public double finish(double rows, double[] sums) {
      return sums[1] == 0 ? 0 : sums[0] / sums[1];
    }
  }

  /** The plain mean of F1 over the classes that occur as label or prediction. */
  private record MacroF1(int classes) implements RowTerms {
    @Override
    public int sums() {
      return 2 * classes;
    }

    @Override
    public void add(double label, double[] prediction, Sink sink) {
      int actual = (int) label;
      int predicted = predicted(prediction);
      if (actual == predicted) {
        sink.add(actual, 2);
      }
      sink.add(classes + actual, 1);
      sink.add(classes + predicted, 1);
    }

    @Override
    public double finish(double rows, double[] sums) {
      double sum = 0;
      int occurring = 0;
      for (int k = 0; k < classes; k++) {
        if (sums[classes + k] > 0) {
          sum += sums[k] / sums[classes + k];
          occurring++;
        }
      }
      return sum / occurring;
    }
  }
}
