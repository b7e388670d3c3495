package dev.lockstep.evaluation;

import org.apache.spark.sql.Row;

/** A row with what two models make of it. */
record PairedRow(long rowId, double label, double[] candidate, double[] champion) {

  /** Reads a row of columns row_id, label, candidate, champion. */
  static PairedRow of(Row row) {
    return new PairedRow(row.getLong(0), row.getDouble(1), prediction(row, 2), prediction(row, 3));
  }

  private static double[] prediction(Row row, int column) {
    return row.get(column) instanceof Double value
        ? new double[] {value}
        : row.<Double>getList(column).stream().mapToDouble(Double::doubleValue).toArray();
  }
}
