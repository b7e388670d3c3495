package dev.lockstep.dataset;

import dev.lockstep.config.DataConfig;
import dev.lockstep.config.EvaluateConfig;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import dev.lockstep.validation.CheckResult;
import dev.lockstep.validation.Night;
import dev.lockstep.validation.Validation;
import dev.lockstep.validation.Verdict;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * From a user's table to a run's prepared data: window, checks, split, features, Parquet.
 *
 * <p>The same rows give the same prepared rows, whatever their order, files and partitions.
 */
public final class Preparation {
  private static final String SETTINGS = "settings_sha256";

  /** Of the source's files, which hold a table in about a tenth of its size in memory. */
  private static final BigInteger PARTITION_BYTES = BigInteger.valueOf(12L << 20);

  private static final BigInteger MOST_PARTITIONS = BigInteger.valueOf(5000);

  private final SparkSession spark;
  private final Store store;
  private final DataConfig data;
  private final EvaluateConfig evaluate;
  private final Optional<Supplier<Optional<InheritedFeatures>>> inherited;

  public Preparation(SparkSession spark, Store store, DataConfig data, EvaluateConfig evaluate) {
    this(spark, store, data, evaluate, Optional.empty());
  }

  private Preparation(
      SparkSession spark,
      Store store,
      DataConfig data,
      EvaluateConfig evaluate,
      Optional<Supplier<Optional<InheritedFeatures>>> inherited) {
    this.spark = spark;
    this.store = store;
    this.data = data;
    this.evaluate = evaluate;
    this.inherited = inherited;
  }

  /**
   * The same, with features that are there instead of ones fitted to the run's rows.
   *
   * @param champion asked once, when data are prepared; empty: none is there, so they are fitted
   */
  public Preparation inheriting(Supplier<Optional<InheritedFeatures>> champion) {
    return new Preparation(spark, store, data, evaluate, Optional.of(champion));
  }

  /**
   * Writes {@code <store>/prepared/<run-id>}, or finds it done. Whoever calls this owns the run:
   * what a killed attempt left is removed.
   *
   * @param date the logical date; absent: rows of all days
   * @param validation judges the rows before anything is written
   * @param notices gets a line for each thing about the rows that a person should know
   * @throws RejectedDataException if the data do not fit the settings; it carries the checks that
   *     ran
   * @throws InvalidConfigException if a predicate is wrong, or the run id has data of other
   *     settings
   * @throws StoreException if the store cannot be read or written
   */
  public PreparedData prepare(
      String runId, Optional<LocalDate> date, Validation validation, Consumer<String> notices) {
    Path target = store.prepared(runId);
    Optional<CommittedDirectory> done = CommittedDirectory.read(store, target);
    if (done.isPresent()) {
      checkSettings(done.get(), runId, date);
      return PreparedData.of(done.get());
    }
    store.sweep(target);
    Dataset<Row> source = Source.open(spark, data.source());
    Columns columns = Columns.resolve(source.schema(), data, evaluate.slices());
    Window window = new Window(data, date);
    Rules rules = new Rules(data.rules(), source);
    Dataset<Row> selected = select(window.apply(source), columns, window, rules).persist();
    try {
      Audit whole = Audit.run(selected, columns, rules, validation.mostUnseen());
      if (whole.rows() == 0) {
        throw window.noRows(source);
      }
      Dataset<Row> sorted = whole.unknownClasses().without(selected);
      Audit audit =
          whole.unknownClasses().isEmpty()
              ? whole
              : Audit.run(sorted, columns, rules, validation.mostUnseen());
      whole.unknownClasses().tell(audit.findings(), notices);
      Night night = NightRows.profile(sorted, columns, date);
      validate(validation.judge(night, Set.copyOf(columns.used())), audit, notices);
      Dataset<Row> training =
          sorted.where(Names.column(Names.SPLIT).equalTo(Split.TRAIN.ordinal()));
      FeatureFit.Fitted features = features(columns, audit, training, notices);
      PreparedFiles files = new PreparedFiles(columns, audit, features, night.training());
      try (AtomicDirectory directory = AtomicDirectory.begin(store, target)) {
        return files.write(directory, target, sorted, Map.of(SETTINGS, settings(date)));
      }
    } catch (Exception e) { // Spark's are checked, though its Java interface does not say so
      Optional<RejectedDataException> rejected = Source.brokenFile(data.source(), e);
      if (rejected.isPresent()) {
        throw rejected.get();
      }
      throw e;
    } finally {
      selected.unpersist();
    }
  }

  /**
   * The champion's where they fit the run's rows. A class that comes or goes with the days is
   * nobody's mistake, so it is no reason to stop.
   */
  private FeatureFit.Fitted features(
      Columns columns, Audit audit, Dataset<Row> training, Consumer<String> notices) {
    Optional<InheritedFeatures> champion = inherited.flatMap(Supplier::get);
    if (champion.isEmpty()) {
      return FeatureFit.fit(columns, audit, training);
    }
    Optional<String> misfit = champion.get().misfit(columns, audit);
    audit
        .findings()
        .add(CheckResult.of("fits the champion to start from", null, misfit.isEmpty() ? 1 : 0, 1));
    if (misfit.isEmpty()) {
      return champion.get().fitted();
    }
    String reason = "not from champion " + champion.get().version() + ": " + misfit.get();
    notices.accept("Warning: training starts afresh, " + reason);
    return FeatureFit.fit(columns, audit, training).because(reason);
  }

  private static void validate(Verdict verdict, Audit audit, Consumer<String> notices) {
    verdict.notices().forEach(notices);
    verdict.checks().forEach(audit.findings()::add);
    verdict
        .rejection()
        .ifPresent(
            problem -> {
              throw new RejectedDataException(List.of(problem), audit.findings().checks());
            });
  }

  /**
   * The used columns of the run's rows, their split and the rules' outcomes, sorted by split and
   * key. The date is a day, unless it is part of the key: two events of a day are two rows.
   */
  private Dataset<Row> select(Dataset<Row> rows, Columns columns, Window window, Rules rules) {
    List<Column> selected = new ArrayList<>();
    for (String name : columns.used()) {
      boolean isDay = data.date().filter(name::equals).isPresent() && !data.key().contains(name);
      selected.add(isDay ? window.day().as(name) : Names.column(name));
    }
    selected.add(SplitRule.of(data.split(), columns, window, rows).as(Names.SPLIT));
    selected.addAll(rules.outcomes());
    List<Column> order = new ArrayList<>(List.of(Names.column(Names.SPLIT)));
    data.key().forEach(name -> order.add(Names.column(name)));
    return sorted(rows.select(selected.toArray(Column[]::new)), order.toArray(Column[]::new));
  }

  /**
   * Sorts globally, into as many partitions as the slots or the source's size ask for. Spark's own
   * number, 200, costs more in starting tasks than a small table takes.
   */
  private Dataset<Row> sorted(Dataset<Row> rows, Column[] order) {
    BigInteger bytes = rows.queryExecution().optimizedPlan().stats().sizeInBytes().bigInteger();
    long bySize = bytes.divide(PARTITION_BYTES).min(MOST_PARTITIONS).longValue() + 1;
    int partitions = (int) Math.max(bySize, spark.sparkContext().defaultParallelism());
    return rows.repartitionByRange(partitions, order).sortWithinPartitions(order);
  }

  private void checkSettings(CommittedDirectory done, String runId, Optional<LocalDate> date) {
    if (!settings(date).equals(done.manifest().properties().get(SETTINGS))) {
      throw new InvalidConfigException(
          "Invalid run id: %s (it has prepared data of other settings or another date; choose another)"
              .formatted(runId));
    }
  }

  /** A digest of all that decides what is prepared, but for the rows themselves. */
  private String settings(Optional<LocalDate> date) {
    String start = inherited.isPresent() ? "\nchampion's features" : "";
    return Fingerprint.sha256(data + "\n" + evaluate.slices() + "\n" + date + start);
  }
}
