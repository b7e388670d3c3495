package dev.lockstep.evaluation;

import dev.lockstep.config.InvalidConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics of all slices, gathered in one pass. Mergeable in any order, like the states it
 * holds.
 *
 * <p>A column of too many values, a label or a prediction that cannot be measured is noted during
 * the pass and refused after it, in one line on the driver.
 */
final class SliceTable implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Target target;
  private final List<String> columns;

  /** The slices by name: of the whole, then of each column. */
  private final List<TreeMap<String, SliceMetrics>> slices = new ArrayList<>();

  private final boolean[] overfull;
  private long faultRow = Long.MAX_VALUE;
  private String fault;
  private boolean faultIsPrediction;

  SliceTable(Target target, List<String> columns) {
    this.target = target;
    this.columns = columns;
    for (int i = 0; i <= columns.size(); i++) {
      slices.add(new TreeMap<>());
    }
    slices.get(0).put(Slices.ALL, new SliceMetrics(target));
    this.overfull = new boolean[slices.size()];
  }

  SliceTable add(ScoredRow row) {
    if (!measurable(row)) {
      return this;
    }
    for (int i = 0; i < overfull.length; i++) {
      if (!overfull[i]) {
        slices
            .get(i)
            .computeIfAbsent(row.slices().get(i), slice -> new SliceMetrics(target))
            .add(row.label(), row.prediction());
        limit(i);
      }
    }
    return this;
  }

  SliceTable merge(SliceTable other) {
    for (int i = 0; i < overfull.length; i++) {
      TreeMap<String, SliceMetrics> mine = slices.get(i);
      overfull[i] |= other.overfull[i];
      other
          .slices
          .get(i)
          .forEach(
              (slice, theirs) ->
                  mine.computeIfAbsent(slice, s -> new SliceMetrics(target)).merge(theirs));
      limit(i);
    }
    note(other.faultRow, other.fault, other.faultIsPrediction);
    return this;
  }

  /**
   * The metrics of all slices by name: the whole first, then each column's values in order.
   *
   * @throws InvalidConfigException if a column has too many values
   * @throws InvalidPredictionException naming the first row that cannot be measured, by its
   *     prediction
   * @throws IllegalStateException the same, by its label
   */
  Map<String, SliceMetrics> finish() {
    List<String> problems = new ArrayList<>();
    for (int i = 1; i < overfull.length; i++) {
      if (overfull[i]) {
        problems.add(Slices.tooManyValues(columns.get(i - 1)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
    if (fault != null) {
      throw faultIsPrediction
          ? new InvalidPredictionException(fault)
          : new IllegalStateException(fault);
    }
    Map<String, SliceMetrics> metrics = new LinkedHashMap<>();
    slices.forEach(metrics::putAll);
    return metrics;
  }

  private void limit(int i) {
    if (slices.get(i).size() > Slices.MOST_VALUES) {
      overfull[i] = true;
    }
    if (overfull[i]) {
      slices.get(i).clear();
    }
  }

  private boolean measurable(ScoredRow row) {
    if (!target.admitsLabel(row.label())) {
      note(
          row.rowId(),
          "Invalid label: "
              + row.label()
              + " at row_id "
              + row.rowId()
              + " (must be "
              + target.labels()
              + ")",
          false);
      return false;
    }
    for (double value : row.prediction()) {
      if (!target.admitsPrediction(value)) {
        note(
            row.rowId(),
            "Invalid prediction: "
                + value
                + " at row_id "
                + row.rowId()
                + " (must be "
                + target.predictions()
                + ")",
            true);
        return false;
      }
    }
    return true;
  }

  private void note(long row, String text, boolean isPrediction) {
    if (row < faultRow) {
      faultRow = row;
      fault = text;
      faultIsPrediction = isPrediction;
    }
  }
}
