package dev.lockstep.training;

import dev.lockstep.bench.PreparedRows;
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
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a round's rows and checkpoint cost the round after it, which runs while they are written:
 * rounds with and without, in turns.
 */
public final class CheckpointBenchmark {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int WARM_UPS = 2;
  private static final int PAIRS = 5;
  private static final int WORKERS = 2;

  private final SparkSession spark;
  private final String folder;

  private CheckpointBenchmark(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Medians of one workload.
   *
   * @param alone seconds of a round with nothing beside it
   * @param beside the same while the round before is written
   * @param writing seconds that writing takes with nothing beside it
   */
  public record Figures(long bytes, double alone, double beside, double writing) {}

  /**
   * @param folder where tables and checkpoints go: a path or a Hadoop URI
   */
  public static Figures run(SparkSession spark, Workload workload, String folder) {
    spark.conf().set("spark.sql.catalog.lockstep", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.lockstep.type", "hadoop");
    spark.conf().set("spark.sql.catalog.lockstep.warehouse", folder + "/tables");
    return new CheckpointBenchmark(spark, folder).run(workload);
  }

  private Figures run(Workload workload) {
    Blueprint blueprint = workload.blueprint();
    SampleOrder order = new SampleOrder(workload.samples(), workload.batch(), WORKERS, 7);
    int width = workload.widths().get(0);
    Dataset<Row> rows = PreparedRows.of(spark, workload, 0, workload.samples());
    List<Double> alone = new ArrayList<>();
    List<Double> beside = new ArrayList<>();
    double writing;
    NetworkState state = blueprint.build().state();
    long bytes = 4L * (state.parameters().length + state.updaterState().length);
    try (ShardedSet data =
            ShardedSet.of(
                new ShardedSet.Rows(rows, workload.samples()),
                new ShardedSet.Rows(rows.limit(0), 0),
                new ShardedSet.Layout(width, WORKERS, WORKERS));
        RoundLog log = new RoundLog(tables(), checkpoints(workload))) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Rounds rounds =
          new Rounds(context, blueprint, BatchFormat.rows(workload.shape()), data, TIMEOUT);
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
        log.flush();
        state = last.state();
        if (epoch >= WARM_UPS) {
          (isBeside ? beside : alone).add(seconds);
        }
      }
      long written = System.nanoTime();
      log.append(entry(blueprint, last));
      log.flush();
      writing = seconds(written);
    }
    return new Figures(bytes, median(alone), median(beside), writing);
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
    Store store = Store.open(folder, spark.sparkContext().hadoopConfiguration());
    return new Checkpoints(store, "bench-" + workload.widths().size(), Map.of(), 1);
  }

  private static double seconds(long from) {
    return (System.nanoTime() - from) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
