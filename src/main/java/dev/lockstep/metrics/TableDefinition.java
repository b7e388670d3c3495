package dev.lockstep.metrics;

import dev.lockstep.storage.StoreException;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;

/**
 * A table: its name, its rows and the column that partitions it by value.
 *
 * <p>Runs are what is replaced, resumed and looked up, so the tables of a run are partitioned by
 * run_id: a run's rows lie in files of their own, a replacement touches no other run's files, and
 * so commits of two runs never conflict. Versions are changed by line of models (one champion
 * each), so model partitions them.
 */
record TableDefinition<R extends java.lang.Record>(
    String name, RowFormat<R> format, String partitionColumn) {
  static final Namespace NAMESPACE = Namespace.of("metrics");

  static final TableDefinition<RunRow> RUNS = of("runs", RunRow.class, "run_id");
  static final TableDefinition<EpochRow> EPOCHS = of("epochs", EpochRow.class, "run_id");
  static final TableDefinition<IterationRow> ITERATIONS =
      of("iterations", IterationRow.class, "run_id");
  static final TableDefinition<EvaluationRow> EVALUATIONS =
      of("evaluations", EvaluationRow.class, "run_id");
  static final TableDefinition<VersionRow> VERSIONS = of("versions", VersionRow.class, "model");
  static final TableDefinition<CheckRow> CHECKS = of("checks", CheckRow.class, "run_id");

  /** Retries are for commits of other runs in the same instant: short, and many of them. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "format-version", "2",
          "write.format.default", "parquet",
          "write.parquet.compression-codec", "zstd",
          "write.metadata.delete-after-commit.enabled", "true",
          "write.metadata.previous-versions-max", "20",
          "commit.retry.num-retries", "50",
          "commit.retry.min-wait-ms", "10",
          "commit.retry.max-wait-ms", "1000",
          "commit.retry.total-timeout-ms", "120000");

  private static <R extends java.lang.Record> TableDefinition<R> of(
      String name, Class<R> rows, String partitionColumn) {
    return new TableDefinition<>(name, new RowFormat<>(rows), partitionColumn);
  }

  TableIdentifier identifier() {
    return TableIdentifier.of(NAMESPACE, name);
  }

  /**
   * Loads the table, creates it where it is missing, and adds the columns that it lacks, as
   * nullable ones. Columns that only the table has stay.
   *
   * @throws StoreException if a column of the table has another type than the rows
   */
  Table open(Catalog catalog) {
    Table table = loadOrCreate(catalog);
    if (addMissingColumns(table)) {
      table.refresh();
    }
    return table;
  }

  private Table loadOrCreate(Catalog catalog) {
    try {
      return catalog.loadTable(identifier());
    } catch (NoSuchTableException missing) {
      Schema schema = format.schema();
      PartitionSpec spec = PartitionSpec.builderFor(schema).identity(partitionColumn).build();
      try {
        return catalog.createTable(identifier(), schema, spec, PROPERTIES);
      } catch (AlreadyExistsException createdMeanwhile) {
        return catalog.loadTable(identifier());
      }
    }
  }

  private boolean addMissingColumns(Table table) {
    for (int attempt = 1; ; attempt++) {
      UpdateSchema update = table.updateSchema();
      boolean changed = false;
      for (Types.NestedField column : format.schema().columns()) {
        Types.NestedField existing = table.schema().findField(column.name());
        if (existing == null) {
          update.addColumn(column.name(), column.type(), column.doc());
          changed = true;
        } else if (!existing.type().equals(column.type())) {
          throw new StoreException(
              "Unsupported column %s.%s: %s (must be %s)"
                  .formatted(identifier(), column.name(), existing.type(), column.type()));
        }
      }
      if (!changed) {
        return attempt > 1;
      }
      try {
        update.commit();
        return true;
      } catch (org.apache.iceberg.exceptions.CommitFailedException addedMeanwhile) {
        if (attempt == 5) {
          throw new StoreException("Cannot add columns to " + identifier(), addedMeanwhile);
        }
        table.refresh();
      }
    }
  }
}
