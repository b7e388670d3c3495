package dev.lockstep.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Many aggregates of the same rows, computed together. Suppliers give values once {@link #run} is
 * done.
 */
final class OnePass {
  private final List<Column> aggregates = new ArrayList<>();
  private Row result;

  /** Counts the rows where the condition is true. */
  LongSupplier count(Column condition) {
    Supplier<Object> count = value(functions.count(functions.when(condition, 1)));
    return () -> (Long) count.get();
  }

  /** Null as SQL gives it. */
  Supplier<Object> value(Column aggregate) {
    int index = aggregates.size();
    aggregates.add(aggregate);
    return () -> result.get(index);
  }

  void run(Dataset<Row> rows) {
    result = rows.select(aggregates.toArray(Column[]::new)).head();
  }
}
