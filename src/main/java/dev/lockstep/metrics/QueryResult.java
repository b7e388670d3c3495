package dev.lockstep.metrics;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
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
   * Computes the rows and prints them in UTF-8, each line ended by a line feed (by CR LF in CSV, as
   * RFC 4180 wants).
   *
   * @return the number of rows
   * @throws dev.lockstep.config.InvalidConfigException if the statement fails on a row, by a
   *     division by zero in ANSI mode for instance
   * @throws dev.lockstep.storage.StoreException if the rows cannot be read
   */
  public long print(QueryFormat format, PrintStream stream) {
    PrintStream out = new PrintStream(stream, false, StandardCharsets.UTF_8);
    List<String> columns = Arrays.asList(rows.columns());
    try {
      Iterator<Row> all = started(rows.toLocalIterator());
      long count =
          switch (format) {
            case TABLE -> printTable(columns, all, out);
            case CSV -> {
              out.print(CsvText.line(columns));
              yield forEach(all, row -> out.print(CsvText.line(row)));
            }
            case JSON -> forEach(all, row -> out.print(JsonText.object(columns, row) + "\n"));
          };
      out.flush();
      return count;
    } catch (Exception e) {
      throw Query.invalid(e);
    }
  }

  private static long printTable(List<String> columns, Iterator<Row> rows, PrintStream out) {
    TableText table = new TableText(columns);
    long count = forEach(rows, table::add);
    table.print(out);
    return count;
  }

  private static long forEach(Iterator<Row> rows, Consumer<List<Object>> action) {
    long count = 0;
    for (; rows.hasNext(); count++) {
      action.accept(PlainValue.values(rows.next()));
    }
    return count;
  }

  /** Computes the first row before the header is out, so that a failure prints nothing. */
  private static Iterator<Row> started(Iterator<Row> rows) {
    return rows.hasNext() ? rows : Collections.emptyIterator();
  }
}
