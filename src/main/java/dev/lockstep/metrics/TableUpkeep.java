package dev.lockstep.metrics;

import dev.lockstep.storage.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.iceberg.util.StructLikeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps the six tables fast to read and small, by Iceberg's own actions: rewrites the small files
 * of a run, or of a model's versions, into one, expires old snapshots with the files that only they
 * have, and removes files that no snapshot has. Rows never change.
 */
public final class TableUpkeep {
  /** From so many files of a partition on a rewrite pays; Iceberg's default, too. */
  private static final int LEAST_FILES = 5;

  private final SparkSession spark;
  private final MetricsTables tables;
  private final Limits limits;

  /**
   * How far to go.
   *
   * @param snapshotsBefore the youngest snapshot that may expire
   * @param leastSnapshots of each table that stay, however old
   * @param orphansBefore the youngest file without a snapshot that may go
   * @param busyRuns whose rows are left alone
   */
  public record Limits(
      Instant snapshotsBefore, int leastSnapshots, Instant orphansBefore, Set<String> busyRuns) {}

  /**
   * What was found, or done, in a table.
   *
   * @param compactedFiles small files that become fewer
   * @param snapshots that expire
   * @param orphanFiles that no snapshot has
   */
  public record Findings(String table, int compactedFiles, int snapshots, int orphanFiles) {}

  public TableUpkeep(SparkSession spark, MetricsTables tables, Limits limits) {
    this.spark = spark;
    this.tables = tables;
    this.limits = limits;
  }

  /** What could be done now; changes nothing. */
  public List<Findings> find() {
    return each(
        table ->
            new Findings(
                table.name(), smallFiles(table), oldSnapshots(table), orphans(table, path -> {})));
  }

  /**
   * Does it, table by table.
   *
   * @throws StoreException if a table cannot be read or written; a rewrite that another writer
   *     comes in the way of is left out
   */
  public List<Findings> apply() {
    return each(
        table -> {
          int compacted = compact(table);
          table.refresh();
          int expired = oldSnapshots(table);
          table
              .expireSnapshots()
              .expireOlderThan(limits.snapshotsBefore().toEpochMilli())
              .retainLast(limits.leastSnapshots())
              .commit();
          int orphans = orphans(table, table.io()::deleteFile);
          return new Findings(table.name(), compacted, expired, orphans);
        });
  }

  private List<Findings> each(Function<Table, Findings> upkeep) {
    return ActiveSession.with(spark, () -> findings(upkeep));
  }

  private List<Findings> findings(Function<Table, Findings> upkeep) {
    List<Findings> all = new ArrayList<>();
    for (StoredTable<?> stored : tables.all()) {
      Table table = stored.newest().get();
      try {
        all.add(upkeep.apply(table));
      } catch (RuntimeException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        throw new StoreException("Failed to maintain %s: %s".formatted(table.name(), reason), e);
      }
    }
    return all;
  }

  private int compact(Table table) {
    if (smallFiles(table) == 0) {
      return 0;
    }
    return SparkActions.get(spark)
        .rewriteDataFiles(table)
        .filter(idle(table))
        .option("min-input-files", Integer.toString(LEAST_FILES))
        .option(RewriteDataFiles.PARTIAL_PROGRESS_ENABLED, "true")
        .execute()
        .rewrittenDataFilesCount();
  }

  /** Of partitions that have enough of them. */
  private int smallFiles(Table table) {
    Map<StructLike, Integer> counts = StructLikeMap.create(table.spec().partitionType());
    try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(idle(table)).planFiles()) {
      tasks.forEach(task -> counts.merge(task.file().partition(), 1, Integer::sum));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return counts.values().stream().filter(count -> count >= LEAST_FILES).mapToInt(i -> i).sum();
  }

  private Expression idle(Table table) {
    boolean ofRuns = table.spec().fields().get(0).name().equals("run_id");
    return ofRuns && !limits.busyRuns().isEmpty()
        ? Expressions.notIn("run_id", limits.busyRuns().toArray())
        : Expressions.alwaysTrue();
  }

  /** As Iceberg decides it for a table with one branch. */
  private int oldSnapshots(Table table) {
    if (table.currentSnapshot() == null) {
      return 0;
    }
    Set<Long> kept =
        StreamSupport.stream(SnapshotUtil.currentAncestors(table).spliterator(), false)
            .limit(limits.leastSnapshots())
            .map(Snapshot::snapshotId)
            .collect(Collectors.toCollection(HashSet::new));
    long limit = limits.snapshotsBefore().toEpochMilli();
    return (int)
        StreamSupport.stream(table.snapshots().spliterator(), false)
            .filter(snapshot -> snapshot.timestampMillis() < limit)
            .filter(snapshot -> !kept.contains(snapshot.snapshotId()))
            .count();
  }

  private int orphans(Table table, java.util.function.Consumer<String> remove) {
    Iterable<String> found =
        SparkActions.get(spark)
            .deleteOrphanFiles(table)
            .olderThan(limits.orphansBefore().toEpochMilli())
            .deleteWith(remove)
            .execute()
            .orphanFileLocations();
    return (int) StreamSupport.stream(found.spliterator(), false).count();
  }
}
