package dev.lockstep.dataset;

import dev.lockstep.config.InvalidConfigException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A condition on a row that the user wrote. */
final class SqlPredicate {

  private SqlPredicate() {}

  /**
   * True where the predicate holds, false where it is false or null.
   *
   * @param setting where the user wrote it
   * @throws InvalidConfigException if it is no SQL, names no column of the rows, or is no condition
   *     on one row
   */
  static Column parse(String setting, String sql, Dataset<Row> rows) {
    DataType type;
    Column predicate;
    try {
      predicate = functions.expr(sql);
      type = rows.select(predicate).schema().apply(0).dataType();
      if (type.equals(DataTypes.BooleanType)) {
        rows.where(predicate).schema();
      }
    } catch (Exception e) {
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        throw new InvalidConfigException(
            "Invalid %s: %s (%s)".formatted(setting, sql, Text.firstLine(e)));
      }
      throw e;
    }
    if (!type.equals(DataTypes.BooleanType)) {
      throw new InvalidConfigException(
          "Invalid %s: %s (must be a condition, is %s)"
              .formatted(setting, sql, type.simpleString()));
    }
    return functions.coalesce(predicate, functions.lit(false));
  }
}
