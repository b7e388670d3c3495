package dev.lockstep.evaluation;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often each class was predicted as which: accuracy, macro F1, and {@code
 * confusion-<actual>-<predicted>} with the count as value, for the pairs that occur.
 *
 * <p>A row is predicted to be the class of highest probability, the first of equals. As in
 * scikit-learn, macro F1 is the plain mean over the classes that occur as label or prediction.
 */
final class ConfusionMatrix implements MetricState<ConfusionMatrix> {
  private static final long serialVersionUID = 1L;

  /** A pair of classes, ordered by actual, then predicted. */
  private record Cell(int actual, int predicted) implements Comparable<Cell>, java.io.Serializable {
    @Override
    public int compareTo(Cell other) {
      int byActual = Integer.compare(actual, other.actual);
      return byActual != 0 ? byActual : Integer.compare(predicted, other.predicted);
    }
  }

  private final TreeMap<Cell, Long> counts = new TreeMap<>();

  @Override
  public void add(double label, double[] prediction) {
    counts.merge(new Cell((int) label, mostProbable(prediction)), 1L, Long::sum);
  }

  static int mostProbable(double[] prediction) {
    int best = 0;
    for (int k = 1; k < prediction.length; k++) {
      if (prediction[k] > prediction[best]) {
        best = k;
      }
    }
    return best;
  }

  @Override
  public void merge(ConfusionMatrix other) {
    other.counts.forEach((cell, count) -> counts.merge(cell, count, Long::sum));
  }

  @Override
  public void report(SliceReport report) {
    Map<Integer, Long> actual = new TreeMap<>();
    Map<Integer, Long> predicted = new TreeMap<>();
    long rows = 0;
    long correct = 0;
    for (Map.Entry<Cell, Long> entry : counts.entrySet()) {
      Cell cell = entry.getKey();
      long count = entry.getValue();
      actual.merge(cell.actual, count, Long::sum);
      predicted.merge(cell.predicted, count, Long::sum);
      rows += count;
      if (cell.actual == cell.predicted) {
        correct += count;
      }
    }
    report.mean("accuracy", correct, rows);
    macroF1(report, actual, predicted, rows);
    for (Map.Entry<Cell, Long> entry : counts.entrySet()) {
      Cell cell = entry.getKey();
      report.measured("confusion-" + cell.actual + "-" + cell.predicted, entry.getValue(), rows);
    }
  }

  /**
   * F1 of class k is 2 TP / (2 TP + FP + FN): twice the hits, by the labels and predictions of k
   * together.
   */
  private void macroF1(
      SliceReport report, Map<Integer, Long> actual, Map<Integer, Long> predicted, long rows) {
    if (rows == 0) {
      report.undefined("macro-f1", "no rows");
      return;
    }
    TreeSet<Integer> classes = new TreeSet<>(actual.keySet());
    classes.addAll(predicted.keySet());
    double sum = 0;
    for (int k : classes) {
      double hits = counts.getOrDefault(new Cell(k, k), 0L);
      sum += 2 * hits / (actual.getOrDefault(k, 0L) + predicted.getOrDefault(k, 0L));
    }
    report.measured("macro-f1", sum / classes.size(), rows);
  }
}
