package dev.lockstep.pipeline;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.RetentionConfig;
import dev.lockstep.maintenance.Maintenance;
import dev.lockstep.maintenance.Removal;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.metrics.TableUpkeep;
import dev.lockstep.storage.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Store and tables without what nobody needs any more: directories first, then the tables. */
public final class Upkeep {
  private static final double MEGABYTE = 1e6;

  private final Maintenance directories;
  private final TableUpkeep tables;
  private final Consumer<String> notices;

  private Upkeep(Maintenance directories, TableUpkeep tables, Consumer<String> notices) {
    this.directories = directories;
    this.tables = tables;
    this.notices = notices;
  }

  /**
   * What could go now, as the job prints it; changes nothing. A store without tables, which a
   * mistyped one is, stays without.
   *
   * @param notices gets a line for each directory, and for what is left out
   */
  public static Map<String, Object> find(
      SparkSession spark, LockstepConfig config, Consumer<String> notices) {
    return MetricsTables.exist(spark)
        ? open(spark, config, notices).find()
        : nothing(false, config, notices);
  }

  /** Removes it. */
  public static Map<String, Object> apply(
      SparkSession spark, LockstepConfig config, Consumer<String> notices) {
    return MetricsTables.exist(spark)
        ? open(spark, config, notices).apply()
        : nothing(true, config, notices);
  }

  private static Map<String, Object> nothing(
      boolean applied, LockstepConfig config, Consumer<String> notices) {
    notices.accept("Nothing there: " + config.store() + " has no tables");
    return result(applied, List.of(), List.of());
  }

  private static Upkeep open(SparkSession spark, LockstepConfig config, Consumer<String> notices) {
    Store store = Store.open(config.store(), spark.sparkContext().hadoopConfiguration());
    MetricsTables tables = MetricsTables.open(spark);
    Clock clock = Clock.systemUTC();
    RetentionConfig retention = config.retention();
    Instant now = clock.instant();
    Maintenance directories =
        new Maintenance(
            new Maintenance.Scope(
                store, tables, spark.sparkContext().applicationId(), clock, notices),
            retention,
            config.lease());
    TableUpkeep.Limits limits =
        new TableUpkeep.Limits(
            now.minus(retention.snapshots()),
            retention.leastSnapshots(),
            now.minus(retention.leftovers()),
            directories.busyRuns());
    return new Upkeep(directories, new TableUpkeep(spark, tables, limits), notices);
  }

  private Map<String, Object> find() {
    List<Removal> removals = directories.find();
    removals.forEach(removal -> notices.accept("Would remove " + text(removal)));
    return result(false, removals, tables.find());
  }

  private Map<String, Object> apply() {
    List<Removal> removals = directories.apply();
    removals.forEach(removal -> notices.accept("Removed " + text(removal)));
    return result(true, removals, tables.apply());
  }

  private static String text(Removal removal) {
    return String.format(
        Locale.ROOT,
        "%s, %.1f MB (%s)",
        removal.path(),
        removal.bytes() / MEGABYTE,
        removal.reason());
  }

  private static Map<String, Object> result(
      boolean applied, List<Removal> removals, List<TableUpkeep.Findings> findings) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("applied", applied);
    result.put("bytes", removals.stream().mapToLong(Removal::bytes).sum());
    for (Removal.Kind kind : Removal.Kind.values()) {
      long count = removals.stream().filter(removal -> removal.kind() == kind).count();
      result.put(kind.name().toLowerCase(Locale.ROOT), count);
    }
    result.put(
        "compacted_files", findings.stream().mapToInt(TableUpkeep.Findings::compactedFiles).sum());
    result.put("snapshots", findings.stream().mapToInt(TableUpkeep.Findings::snapshots).sum());
    result.put("orphan_files", findings.stream().mapToInt(TableUpkeep.Findings::orphanFiles).sum());
    return result;
  }
}
