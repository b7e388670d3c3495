package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.col;

import dev.lockstep.config.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures scored rows: one pass over them for all slices, and for a binary task a second one for
 * the exact AUC. The same rows give the same bits for any partitioning.
 *
 * <p>Metrics: binary: auc, log-loss, accuracy, base-rate, precision, recall, f1, brier and the
 * calibration bins; multiclass: log-loss, accuracy, macro-f1 and the confusion matrix; regression:
 * rmse, mae, r2.
 */
public final class Evaluator {
  private static final int TREE_DEPTH = 2;

  private final Target target;
  private final List<String> sliceColumns;

  /**
   * An evaluator of a target.
   *
   * @param sliceColumns for whose every value metrics are computed apart; at most 1000 values each
   */
  public Evaluator(Target target, List<String> sliceColumns) {
    this.target = target;
    this.sliceColumns = List.copyOf(sliceColumns);
  }

  /**
   * Measures a split.
   *
   * @param scored columns row_id, label (double), the slice columns and {@link
   *     Target#predictionColumn()}, as {@link Scorer#score} gives them
   * @throws dev.lockstep.config.InvalidConfigException if a slice column is missing or has more
   *     than 1000 values
   * @throws InvalidPredictionException naming the first row that is not the target's, by its
   *     prediction
   * @throws IllegalStateException the same, by its label
   */
  public Evaluation evaluate(Dataset<Row> scored) {
    Slices.checkPresent(scored, sliceColumns);
    Dataset<Row> rows =
        scored
            .select(
                col(ScoredRow.ROW_ID),
                Slices.keys(sliceColumns).as(ScoredRow.SLICES),
                col(ScoredRow.LABEL),
                col(target.predictionColumn()).as(ScoredRow.PREDICTION))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Map<String, SliceMetrics> metrics = metrics(rows);
      Map<String, RankStatistic> ranks =
          target.task() == Task.BINARY ? RankPass.bySlice(rows) : Map.of();
      return report(metrics, ranks);
    } finally {
      rows.unpersist();
    }
  }

  private Map<String, SliceMetrics> metrics(Dataset<Row> rows) {
    Target rowTarget = target;
    return rows.toJavaRDD()
        .treeAggregate(
            new SliceTable(target, sliceColumns),
            (table, row) -> table.add(ScoredRow.of(row, rowTarget)),
            SliceTable::merge,
            TREE_DEPTH)
        .finish();
  }

  private Evaluation report(Map<String, SliceMetrics> metrics, Map<String, RankStatistic> ranks) {
    List<Measurement> measurements = new ArrayList<>();
    List<UndefinedMetric> undefined = new ArrayList<>();
    metrics.forEach(
        (slice, states) -> {
          SliceReport report = new SliceReport(slice);
          if (target.task() == Task.BINARY) {
            ranks.getOrDefault(slice, RankStatistic.NONE).report(report);
          }
          states.report(report);
          measurements.addAll(report.measurements());
          undefined.addAll(report.undefined());
        });
    return new Evaluation(measurements, undefined);
  }
}
