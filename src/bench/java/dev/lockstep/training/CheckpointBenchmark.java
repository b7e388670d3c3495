package dev.lockstep.training;

import dev.lockstep.bench.Workload;
import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.Task;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.storage.Store;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a round's rows and checkpoint cost the round after it, which runs while they are written:
 * rounds with and without, in turns, on a network whose checkpoint has 100 MB; and what a round
 * costs beside its iterations.
 */
public final class CheckpointBenchmark {
  private static final StructType SCHEMA =
      new StructType()
          .add("row_id", DataTypes.LongType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("label", DataTypes.DoubleType);
  private static final int WARM_UPS = 2;
  private static final int PAIRS = 7;
  private static final int WORKERS = 2;

  private final SparkSession spark;
  private final Path folder;

  private CheckpointBenchmark(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("lockstep-bench-");
    SparkSession spark = session(folder);
    try {
      CheckpointBenchmark benchmark = new CheckpointBenchmark(spark, folder);
      System.out.printf(
          "%-42s %6s %9s %9s %7s %9s %10s%n",
          "network", "MB", "alone, s", "beside, s", "ratio", "write, s", "round, ms");
      benchmark.run(new Workload(List.of(784, 256, 128, 10), 256, 256 * 600));
      benchmark.run(new Workload(List.of(1024, 2048, 2048, 1024, 10), 256, 256 * 100));
      if (arguments.length > 0) {
        benchmark.run(new Workload(List.of(1024, 4096, 4096, 1024, 10), 256, 256 * 20));
      }
    } finally {
      spark.stop();
      FileUtil.fullyDelete(folder.toFile());
    }
  }

  private void run(Workload workload) {
    Blueprint blueprint = workload.blueprint();
    SampleOrder order = new SampleOrder(workload.samples(), workload.batch(), WORKERS, 7);
    int width = workload.widths().get(0);
    Dataset<Row> rows = rows(workload);
    List<Double> alone = new ArrayList<>();
    List<Double> beside = new ArrayList<>();
    List<Double> writes = new ArrayList<>();
    List<Double> overheads = new ArrayList<>();
    NetworkState state = blueprint.build().state();
    long bytes = 4L * (state.parameters().length + state.updaterState().length);
    try (ShardedSet data =
            ShardedSet.of(
                new ShardedSet.Rows(rows, workload.samples()),
                new ShardedSet.Rows(rows.limit(0), 0),
                new ShardedSet.Layout(width, WORKERS, WORKERS));
        RoundLog log = new RoundLog(tables(), checkpoints(workload))) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Rounds rounds = new Rounds(context, blueprint, workload.shape(), data);
      RoundResult last = null;
      for (int epoch = 0; epoch < WARM_UPS + 2 * PAIRS; epoch++) {
        boolean isBeside = epoch % 2 == 1;
        long started = System.nanoTime();
        if (isBeside) {
          log.append(entry(blueprint, last));
        }
        Round round = new Round(epoch, 0, order.iterationsPerEpoch(), order);
        last = rounds.run(round, state, (iteration, loss) -> {});
        double seconds = seconds(started);
        long flushed = System.nanoTime();
        log.flush();
        state = last.state();
        if (epoch >= WARM_UPS) {
          (isBeside ? beside : alone).add(seconds);
          overheads.add((last.wallNanos() - iterations(last)) / 1e6);
        } else if (isBeside) {
          writes.add(seconds(flushed));
        }
      }
      long written = System.nanoTime();
      log.append(entry(blueprint, last));
      log.flush();
      writes.set(0, seconds(written));
    }
    System.out.printf(
        Locale.ROOT,
        "%-42s %6.0f %9.3f %9.3f %7.3f %9.3f %10.0f%n",
        workload.name(),
        bytes / 1e6,
        median(alone),
        median(beside),
        median(beside) / median(alone),
        writes.get(0),
        median(overheads));
  }

  private static RoundLog.Entry entry(Blueprint blueprint, RoundResult result) {
    Checkpoint checkpoint = new Checkpoint(blueprint, result.state(), Progress.START);
    return new RoundLog.Entry(result, Optional.empty(), Optional.of(checkpoint));
  }

  private TrainingTables tables() {
    RunIdentity run = new RunIdentity("bench", "bench", null, Task.MULTICLASS);
    return new TrainingTables(MetricsTables.open(spark), run, Clock.systemUTC());
  }

  private Checkpoints checkpoints(Workload workload) {
    Store store = Store.open(folder.toString(), new Configuration());
    return new Checkpoints(store, "bench-" + workload.widths().size(), Map.of(), 1);
  }

  private Dataset<Row> rows(Workload workload) {
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < workload.samples(); id++) {
      float[] features = workload.features(id);
      rows.add(RowFactory.create(id, features, (double) workload.label(features)));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static long iterations(RoundResult result) {
    return result.iterations().stream().mapToLong(RoundResult.Iteration::wallNanos).sum();
  }

  private static double seconds(long from) {
    return (System.nanoTime() - from) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static SparkSession session(Path folder) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + WORKERS + "]")
            .appName("lockstep-bench")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.catalog.lockstep", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lockstep.type", "hadoop")
            .config("spark.sql.catalog.lockstep.warehouse", folder.resolve("tables").toString())
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }
}
