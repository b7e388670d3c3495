package dev.lockstep.metrics;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a query, printed row by row, so that CSV and JSON of any length need little memory.
 */
public final class QueryResult {
  private final Dataset<Row> rows;

  QueryResult(Dataset<Row> rows) {
    this.rows = rows;
  }

  /**
   * Computes the rows and prints them, each line ended by a line feed (by CR LF in CSV, as RFC 4180
   * wants).
   *
   * @return the number of rows
   * @throws dev.lockstep.config.InvalidConfigException if the statement fails on a row, by a
   *     division by zero in ANSI mode for instance
   * @throws dev.lockstep.storage.StoreException if the rows cannot be read
   */
  public long print(QueryFormat format, PrintStream out) {
    List<String> columns = Arrays.asList(rows.columns());
    try {
      long count =
          switch (format) {
            case TABLE -> printTable(columns, out);
            case CSV -> {
              out.print(CsvText.line(columns));
              yield forEach(row -> out.print(CsvText.line(row)));
            }
            case JSON -> forEach(row -> out.print(JsonText.object(columns, row) + "\n"));
          };
      out.flush();
      return count;
    } catch (Exception e) {
      throw Query.invalid(e);
    }
  }

  private long printTable(List<String> columns, PrintStream out) {
    TableText table = new TableText(columns);
    long count = forEach(table::add);
    table.print(out);
    return count;
  }

  private long forEach(Consumer<List<Object>> action) {
    long count = 0;
    for (Iterator<Row> all = rows.toLocalIterator(); all.hasNext(); count++) {
      action.accept(PlainValue.values(all.next()));
    }
    return count;
  }
}
