package dev.lockstep.metrics;

import dev.lockstep.storage.Causes;
import dev.lockstep.storage.Fence;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FSError;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A table of rows R in a catalog: reads see the newest commit, writes replace what a filter
 * matches.
 *
 * @param newest loads the table. A table that was loaded long ago cannot be refreshed any more once
 *     the metadata that it has seen last are cleaned up.
 */
record StoredTable<R extends java.lang.Record>(
    TableDefinition<R> definition, Supplier<Table> newest) {

  static <R extends java.lang.Record> StoredTable<R> open(
      TableDefinition<R> definition, Catalog catalog) {
    try {
      definition.open(catalog);
    } catch (UncheckedIOException | NotFoundException | ValidationException | FSError e) {
      throw new StoreException(
          "Cannot read %s: %s"
              .formatted(definition.identifier(), Causes.refusal(e).orElse(e.getMessage())),
          e);
    }
    return new StoredTable<>(definition, () -> catalog.loadTable(definition.identifier()));
  }

  StoredTable<R> fenced(Fence fence) {
    return new StoredTable<>(definition, () -> FencedOperations.around(newest.get(), fence));
  }

  void replace(Expression filter, List<R> rows) {
    new RowReplacement<>(table(), definition.format(), filter).by(rows);
  }

  void change(Expression filter, UnaryOperator<List<R>> change) {
    new RowReplacement<>(table(), definition.format(), filter).change(change);
  }

  List<R> read(Expression filter, Comparator<R> order) {
    List<R> rows = new ArrayList<>();
    Table table = refreshed();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).where(filter).build()) {
      records.forEach(record -> rows.add(definition.format().toRow(record)));
    } catch (IOException | UncheckedIOException | FSError e) {
      throw new StoreException("Cannot read %s: %s".formatted(table.name(), e.getMessage()), e);
    }
    rows.sort(order);
    return rows;
  }

  private Table table() {
    try {
      return newest.get();
    } catch (UncheckedIOException | NotFoundException e) {
      throw unreadable(e);
    }
  }

  /** As it is now: a catalog that remembers tables gives what it loaded first. */
  private Table refreshed() {
    try {
      Table table = newest.get();
      table.refresh();
      return table;
    } catch (UncheckedIOException | NotFoundException e) {
      throw unreadable(e);
    }
  }

  private StoreException unreadable(RuntimeException e) {
    return new StoreException(
        "Cannot read %s: %s".formatted(definition.identifier(), e.getMessage()), e);
  }
}
