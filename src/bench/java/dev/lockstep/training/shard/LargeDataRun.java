package dev.lockstep.training.shard;

import dev.lockstep.bench.PreparedRows;
import dev.lockstep.bench.Workload;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * One process of {@link LargeDataBenchmark}: {@code write|heap|mapped <rows> <widths> <batch>
 * <samples>}. Prints rows loaded a second and samples trained a second.
 */
final class LargeDataRun {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int EPOCHS = 4;
  private static final int SHARDS = 2;

  private LargeDataRun() {}

  public static void main(String[] arguments) {
    List<Integer> widths = Arrays.stream(arguments[2].split("-")).map(Integer::valueOf).toList();
    Workload workload =
        new Workload(widths, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("lockstep-large-data")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            // Below 450 MB of heap Spark starts only if told that it is a test.
            .config("spark.testing.memory", Runtime.getRuntime().maxMemory())
            .config("spark.testing.reservedMemory", 32L << 20)
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    if (arguments[0].equals("write")) {
      PreparedRows.of(spark, workload, 0, workload.samples())
          .write()
          .option("parquet.block.size", 16L << 20) // as prepared data are
          .parquet(arguments[1]);
    } else {
      train(spark, workload, arguments[1], arguments[0].equals("heap"));
    }
    spark.stop();
    System.exit(0); // Spark's timer of barriers is no daemon
  }

  private static void train(SparkSession spark, Workload workload, String path, boolean onHeap) {
    Dataset<Row> rows = spark.read().parquet(path);
    ShardedSet.Layout layout = new ShardedSet.Layout(workload.widths().get(0), SHARDS, 2);
    long started = System.nanoTime();
    try (ShardedSet mapped =
        ShardedSet.of(
            new ShardedSet.Rows(rows, workload.samples()),
            new ShardedSet.Rows(rows.limit(0), 0),
            layout)) {
      mapped.load();
      double loaded = workload.samples() * 1e9 / (System.nanoTime() - started);
      ShardedSet data = onHeap ? heap(mapped) : mapped;
      data.load();
      System.out.println(loaded + " " + rate(spark, workload, data));
    }
  }

  private static ShardedSet heap(ShardedSet mapped) {
    return new ShardedSet(
        mapped
            .rdd()
            .map(pair -> new ShardPair(heap((ShardBlock) pair.training()), pair.validation()))
            .persist(StorageLevel.MEMORY_ONLY()));
  }

  private static ShardBlock heap(ShardBlock block) {
    float[] features = new float[block.samples() * block.width()];
    float[] labels = new float[block.samples()];
    java.nio.FloatBuffer target = java.nio.FloatBuffer.wrap(features);
    for (int sample = 0; sample < labels.length; sample++) {
      block.features(sample, target, sample * block.width());
      labels[sample] = block.label(sample);
    }
    return ShardBlock.of(block.shard(), features, labels);
  }

  /** Of the median epoch after the first. */
  private static double rate(SparkSession spark, Workload workload, ShardedSet data) {
    SampleOrder order = new SampleOrder(workload.samples(), workload.batch(), SHARDS, 7);
    Blueprint blueprint = workload.blueprint();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Rounds rounds =
        new Rounds(context, blueprint, BatchFormat.rows(workload.shape()), data, TIMEOUT);
    NetworkState state = blueprint.build().state();
    List<Long> nanos = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Round round = new Round(epoch, 0, order.iterationsPerEpoch(), order);
      RoundResult result = rounds.run(round, state, (iteration, loss) -> {});
      state = result.state();
      nanos.add(result.wallNanos());
      System.err.printf(
          "  epoch %.2f s, data %.2f s%n", result.wallNanos() / 1e9, result.times().data() / 1e9);
    }
    List<Long> later = nanos.subList(1, EPOCHS).stream().sorted().toList();
    return workload.samples() * 1e9 / later.get(later.size() / 2);
  }
}
