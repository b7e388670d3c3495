package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;

import dev.lockstep.config.InvalidConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The slices that rows belong to: {@code all}, and {@code column=value} (of null: {@code
 * column=null}).
 */
public final class Slices {
  static final String ALL = "all";

  /** The most values that a column may have. */
  static final int MOST_VALUES = 1000;

  private Slices() {}

  /**
   * Refuses columns that are missing or have too many values, before anything expensive is done.
   *
   * @throws InvalidConfigException with a line for each such column
   */
  public static void check(Dataset<Row> rows, List<String> columns) {
    if (columns.isEmpty()) {
      return;
    }
    checkPresent(rows, columns);
    Column[] counts = columns.stream().map(c -> countDistinct(value(c))).toArray(Column[]::new);
    Row values = rows.select(counts).head();
    List<String> problems =
        Stream.iterate(0, i -> i + 1)
            .limit(columns.size())
            .filter(i -> values.getLong(i) > MOST_VALUES)
            .map(i -> tooManyValues(columns.get(i)))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }

  static void checkPresent(Dataset<Row> rows, List<String> columns) {
    List<String> present = Arrays.asList(rows.columns());
    List<String> missing =
        columns.stream()
            .filter(column -> !present.contains(column))
            .map(c -> "Invalid evaluate.slices: " + c + " (the rows have no such column)")
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidConfigException(missing);
    }
  }

  static String tooManyValues(String column) {
    return "Invalid evaluate.slices: " + column + " (more than " + MOST_VALUES + " values)";
  }

  /** A row's slices as array&lt;string&gt;: {@code all}, then each column's in the order given. */
  static Column keys(List<String> columns) {
    Stream<Column> byColumn = columns.stream().map(c -> concat(lit(c + "="), value(c)));
    return array(Stream.concat(Stream.of(lit(ALL)), byColumn).toArray(Column[]::new));
  }

  private static Column value(String column) {
    return coalesce(col("`" + column.replace("`", "``") + "`").cast("string"), lit("null"));
  }
}
