package dev.lockstep.metrics;

import static org.apache.iceberg.expressions.Expressions.and;
import static org.apache.iceberg.expressions.Expressions.equal;
import static org.apache.iceberg.expressions.Expressions.greaterThan;
import static org.apache.iceberg.expressions.Expressions.greaterThanOrEqual;
import static org.apache.iceberg.expressions.Expressions.in;
import static org.apache.iceberg.expressions.Expressions.lessThanOrEqual;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.Fence;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;

/**
 * The six tables of the catalog {@code lockstep}, namespace {@code metrics}.
 *
 * <p>Each write replaces the rows of its own key in one atomic commit: writing twice is writing
 * once, a reader sees all of a write or nothing, and writers of different keys never disturb each
 * other. Rows go through Iceberg's Java API in the calling process, so that they can be written
 * while training holds every task slot. Safe for use by many threads.
 *
 * <p>Every write throws {@link dev.lockstep.storage.StoreException} if the table cannot be read or
 * written, and IllegalArgumentException if a row does not belong to the key that is replaced.
 */
public final class MetricsTables {
  /** The name of the Spark catalog that holds the tables. */
  public static final String CATALOG = "lockstep";

  private static final String RUN_ID = "run_id";

  private final StoredTable<RunRow> runs;
  private final StoredTable<EpochRow> epochs;
  private final StoredTable<IterationRow> iterations;
  private final StoredTable<EvaluationRow> evaluations;
  private final StoredTable<VersionRow> versions;
  private final StoredTable<CheckRow> checks;

  /** Opens the tables in a catalog; what is missing is made. */
  MetricsTables(Catalog catalog) {
    runs = StoredTable.open(TableDefinition.RUNS, catalog);
    epochs = StoredTable.open(TableDefinition.EPOCHS, catalog);
    iterations = StoredTable.open(TableDefinition.ITERATIONS, catalog);
    evaluations = StoredTable.open(TableDefinition.EVALUATIONS, catalog);
    versions = StoredTable.open(TableDefinition.VERSIONS, catalog);
    checks = StoredTable.open(TableDefinition.CHECKS, catalog);
  }

  private MetricsTables(MetricsTables tables, Fence fence) {
    runs = tables.runs.fenced(fence);
    epochs = tables.epochs.fenced(fence);
    iterations = tables.iterations.fenced(fence);
    evaluations = tables.evaluations.fenced(fence);
    versions = tables.versions.fenced(fence);
    checks = tables.checks.fenced(fence);
  }

  /** The same tables, which are changed only while the fence is open. */
  public MetricsTables fenced(Fence fence) {
    return new MetricsTables(this, fence);
  }

  /**
   * Opens the tables in the Iceberg catalog that Spark's settings {@code
   * spark.sql.catalog.lockstep…} describe. What is missing (namespace, tables, columns) is made.
   *
   * <p>A catalog with {@code cache-enabled=false} lets Spark SQL in the same session see each
   * commit at once; on a local file system {@code lock-impl} should be {@link LocalCommitLock}.
   *
   * @throws InvalidConfigException if there is no such catalog
   * @throws dev.lockstep.storage.StoreException if a table has columns of other types
   */
  public static MetricsTables open(SparkSession spark) {
    checkCatalog(spark);
    return ActiveSession.with(
        spark,
        () -> {
          createNamespace(spark.sessionState().catalogManager().catalog(CATALOG));
          return new MetricsTables(Spark3Util.loadIcebergCatalog(spark, CATALOG));
        });
  }

  /**
   * Whether somebody has made the tables in that catalog; makes nothing.
   *
   * @throws InvalidConfigException if there is no such catalog
   */
  public static boolean exist(SparkSession spark) {
    checkCatalog(spark);
    return ActiveSession.with(
        spark,
        () ->
            Spark3Util.loadIcebergCatalog(spark, CATALOG)
                .tableExists(TableDefinition.RUNS.identifier()));
  }

  private static void checkCatalog(SparkSession spark) {
    if (!spark.conf().contains("spark.sql.catalog." + CATALOG)) {
      throw new InvalidConfigException(
          "Missing Spark catalog: %s (set spark.sql.catalog.%s)".formatted(CATALOG, CATALOG));
    }
  }

  /** Replaces the row of (run_id, attempt). */
  public void writeRun(RunRow row) {
    runs.replace(and(run(row.runId()), equal("attempt", row.attempt())), List.of(row));
  }

  /** The attempts of a run, by attempt. */
  public List<RunRow> runs(String runId) {
    return runs.read(run(runId), Comparator.comparingInt(RunRow::attempt));
  }

  /** The attempts of all runs. */
  public List<RunRow> runs() {
    return runs.read(
        Expressions.alwaysTrue(),
        Comparator.comparing(RunRow::runId).thenComparing(RunRow::attempt));
  }

  /** All attempts of a model's runs, by start. */
  public List<RunRow> runsOf(String model) {
    return runs.read(equal("model", model), Comparator.comparing(RunRow::startedAt));
  }

  /** Replaces the rows of (run_id, epoch): one for each split. */
  public void writeEpoch(String runId, int epoch, List<EpochRow> rows) {
    epochs.replace(and(run(runId), equal("epoch", epoch)), rows);
  }

  /** The epochs of a run, by epoch and split. */
  public List<EpochRow> epochs(String runId) {
    return epochs.read(
        run(runId), Comparator.comparingInt(EpochRow::epoch).thenComparing(EpochRow::split));
  }

  /**
   * Replaces exactly the iterations that the rows carry; no rows, no change.
   *
   * @throws IllegalArgumentException if the iterations are not a gapless range, each once
   */
  public void writeIterations(String runId, List<IterationRow> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<IterationRow> sorted =
        rows.stream().sorted(Comparator.comparingInt(IterationRow::iteration)).toList();
    int first = sorted.get(0).iteration();
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).iteration() != first + i) {
        throw new IllegalArgumentException(
            "Invalid iterations of %s: %d (must be %d: a range without gaps)"
                .formatted(runId, sorted.get(i).iteration(), first + i));
      }
    }
    Expression range =
        and(
            greaterThanOrEqual("iteration", first),
            lessThanOrEqual("iteration", first + sorted.size() - 1));
    iterations.replace(and(run(runId), range), sorted);
  }

  /** The weight updates of a run, by iteration. */
  public List<IterationRow> iterations(String runId) {
    return iterations.read(run(runId), Comparator.comparingInt(IterationRow::iteration));
  }

  /** Removes the run's rows of later iterations, and of later epochs; two commits at most. */
  public void discardAfter(String runId, int iteration, int epoch) {
    iterations.replace(and(run(runId), greaterThan("iteration", iteration)), List.of());
    epochs.replace(and(run(runId), greaterThan("epoch", epoch)), List.of());
  }

  /** Replaces what the run found for a version on a split: all slices and metrics. */
  public void writeEvaluations(
      String runId, String version, String split, List<EvaluationRow> rows) {
    Expression key = and(run(runId), equal("version", version), equal("split", split));
    evaluations.replace(key, rows);
  }

  /** The evaluations of a run, by version, split, slice and metric. */
  public List<EvaluationRow> evaluations(String runId) {
    return evaluations.read(
        run(runId),
        Comparator.comparing(EvaluationRow::version)
            .thenComparing(EvaluationRow::split)
            .thenComparing(EvaluationRow::slice)
            .thenComparing(EvaluationRow::metric));
  }

  /** The values of one metric for a model's versions, by run and version. */
  public List<EvaluationRow> evaluationsOf(String model, String metric) {
    return evaluations.read(
        and(equal("model", model), equal("metric", metric)),
        Comparator.comparing(EvaluationRow::runId).thenComparing(EvaluationRow::version));
  }

  /** Replaces the outcomes of the run's data rules. */
  public void writeChecks(String runId, List<CheckRow> rows) {
    checks.replace(run(runId), rows);
  }

  /** The outcomes of a run's data rules, by rule. */
  public List<CheckRow> checks(String runId) {
    return checks.read(run(runId), Comparator.comparing(CheckRow::rule));
  }

  /** The outcomes of several runs' data rules, by run and rule. */
  public List<CheckRow> checks(Set<String> runIds) {
    return runIds.isEmpty()
        ? List.of()
        : checks.read(
            in(RUN_ID, runIds.toArray()),
            Comparator.comparing(CheckRow::runId).thenComparing(CheckRow::rule));
  }

  /**
   * Reads a model's versions, changes them and writes them, as one atomic step: if another writer
   * changes the model's versions in between, the change is asked again with what that one wrote. So
   * a change that keeps one champion keeps it for any number of writers. The change must have no
   * effects of its own.
   */
  public void writeVersions(String model, UnaryOperator<List<VersionRow>> change) {
    versions.change(
        equal("model", model), rows -> change.apply(rows.stream().sorted(BY_VERSION).toList()));
  }

  /** The versions of a model, by name. */
  public List<VersionRow> versions(String model) {
    return versions.read(equal("model", model), BY_VERSION);
  }

  /** The versions of all models. */
  public List<VersionRow> versions() {
    return versions.read(
        Expressions.alwaysTrue(),
        Comparator.comparing(VersionRow::model).thenComparing(BY_VERSION));
  }

  /** All six. */
  List<StoredTable<?>> all() {
    return List.of(runs, epochs, iterations, evaluations, versions, checks);
  }

  private static final Comparator<VersionRow> BY_VERSION =
      Comparator.comparing(VersionRow::version);

  private static Expression run(String runId) {
    return equal(RUN_ID, runId);
  }

  private static void createNamespace(CatalogPlugin catalog) {
    String[] namespace = TableDefinition.NAMESPACE.levels();
    if (catalog instanceof SupportsNamespaces namespaces
        && !namespaces.namespaceExists(namespace)) {
      try {
        namespaces.createNamespace(namespace, Map.of());
      } catch (org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException e) {
        // Another process made it in this moment, which is as good.
      }
    }
  }
}
