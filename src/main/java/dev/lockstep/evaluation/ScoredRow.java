package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A row as the metrics see it.
 *
 * @param slices {@code all}, then one slice for each configured column
 * @param prediction [width of the target]
 */
record ScoredRow(long rowId, List<String> slices, double label, double[] prediction) {
  static final String ROW_ID = "row_id";
  static final String SLICES = "slices";
  static final String LABEL = "label";
  static final String PREDICTION = "prediction";

  /** Reads a row of columns row_id, slices, label, prediction. */
  static ScoredRow of(Row row, Target target) {
    double[] prediction =
        target.task() == Task.MULTICLASS
            ? row.<Double>getList(3).stream().mapToDouble(Double::doubleValue).toArray()
            : new double[] {row.getDouble(3)};
    return new ScoredRow(row.getLong(0), row.getList(1), row.getDouble(2), prediction);
  }
}
