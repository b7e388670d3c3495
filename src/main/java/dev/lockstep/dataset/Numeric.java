package dev.lockstep.dataset;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Numbers and booleans as double. */
final class Numeric {

  private Numeric() {}

  /** The value, or null where it is null or NaN. */
  static Column valueOrNull(Column column) {
    Column value = column.cast("double");
    return functions.when(functions.not(value.isNaN()), value);
  }
}
