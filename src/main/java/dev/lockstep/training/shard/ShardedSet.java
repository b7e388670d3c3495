package dev.lockstep.training.shard;

import dev.lockstep.network.NetworkShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The training and validation samples, laid out on the workers once: partition w of {@link #rdd}
 * holds worker w's shards, in order. What a lost worker held is read again from Parquet.
 *
 * <p>The rows lie in local files that the workers map (see {@link RowFile}), whether they would fit
 * in memory or not: a mapped row is copied as fast as one on the heap, and no garbage collector
 * looks at it. Spark keeps only handles, and no serializer ever meets the rows but for a block that
 * Spark moves off an executor which it gives up.
 */
public final class ShardedSet implements AutoCloseable {
  private static final String READ_ROWS = "spark.sql.parquet.columnarReaderBatchSize";
  private static final long READ_BYTES = 4 << 20;

  private final JavaRDD<ShardPair> rdd;

  ShardedSet(JavaRDD<ShardPair> rdd) {
    this.rdd = rdd;
  }

  /**
   * How rows become shards.
   *
   * @param width features of a row
   * @param shards S
   * @param workers W, the partitions
   */
  public record Layout(int width, int shards, int workers) implements Serializable {
    /** Numbers of a row: features and label. */
    int rowWidth() {
      return width + 1;
    }
  }

  /** A prepared split: columns row_id (0 to rows - 1), features, label. */
  public record Rows(Dataset<Row> data, long count) {}

  /** Plans the layout; {@link #load} reads it. */
  public static ShardedSet of(Rows training, Rows validation, Layout layout) {
    return paired(blocks(training, layout), blocks(validation, layout), StorageLevel.MEMORY_ONLY());
  }

  /**
   * Plans the same of examples in DL4J's own form. Where they are rows (see {@link
   * ExampleSet#rowShape}) they are laid out as such; others stay on the heap while there is room.
   *
   * @param shards S
   * @param workers W, the partitions
   */
  public static ShardedSet ofExamples(
      ExampleSet training, ExampleSet validation, int shards, int workers) {
    Optional<NetworkShape> rows = training.rowShape(validation);
    if (rows.isPresent()) {
      return of(
          ExampleRows.of(training),
          ExampleRows.of(validation),
          new Layout(rows.get().features(), shards, workers));
    }
    return paired(
        ExampleShards.blocks(training, shards, workers),
        ExampleShards.blocks(validation, shards, workers),
        StorageLevel.MEMORY_AND_DISK());
  }

  private static <B extends SampleBlock> ShardedSet paired(
      JavaRDD<B> training, JavaRDD<B> validation, StorageLevel level) {
    FlatMapFunction2<Iterator<B>, Iterator<B>, ShardPair> pair = ShardedSet::pairs;
    return new ShardedSet(training.zipPartitions(validation, pair).persist(level));
  }

  /** Reads and lays out all shards that are not there yet, so that no round has to. */
  public void load() {
    rdd.foreachPartition(pairs -> pairs.forEachRemaining(pair -> {}));
  }

  /** W partitions of the workers' shards. */
  public JavaRDD<ShardPair> rdd() {
    return rdd;
  }

  /** Lets go of the shards; a worker's files end with its last use of them. */
  @Override
  public void close() {
    rdd.unpersist(false);
  }

  static IllegalStateException invalidRows(String actual, String rule) {
    return new IllegalStateException("Invalid prepared rows: %s (%s)".formatted(actual, rule));
  }

  private static JavaRDD<ShardBlock> blocks(Rows rows, Layout layout) {
    long count = rows.count();
    JavaPairRDD<Integer, ShardPiece> pieces =
        JavaRDD.fromRDD(read(rows.data(), layout), tag(InternalRow.class))
            .mapPartitionsToPair(
                (PairFlatMapFunction<Iterator<InternalRow>, Integer, ShardPiece>)
                    partition -> new RowSplit(partition, layout, count));
    return byWorker(pieces, layout)
        .mapPartitionsWithIndex(
            (worker, partition) -> WorkerShards.join(partition, layout, worker, count), true);
  }

  /**
   * Spark's own rows, features unboxed; a reader of Parquet decodes only some megabytes at once.
   */
  private static RDD<InternalRow> read(Dataset<Row> data, Layout layout) {
    Dataset<Row> columns =
        data.selectExpr(
            "cast(row_id as bigint)", "cast(features as array<float>)", "cast(label as float)");
    RuntimeConfig settings = data.sparkSession().conf();
    String usual = settings.get(READ_ROWS);
    long rows = Math.max(1, READ_BYTES / (layout.rowWidth() * Float.BYTES));
    settings.set(READ_ROWS, Math.min(rows, Long.parseLong(usual)));
    try {
      return columns.queryExecution().toRdd();
    } finally {
      settings.set(READ_ROWS, usual);
    }
  }

  /**
   * Spark's shuffle with Kryo whatever the user set, as Java's serializer keeps the last hundred
   * pieces alive on either side.
   */
  private static JavaRDD<Tuple2<Integer, ShardPiece>> byWorker(
      JavaPairRDD<Integer, ShardPiece> pieces, Layout layout) {
    ShuffledRDD<Integer, ShardPiece, ShardPiece> shuffled =
        new ShuffledRDD<>(
            pieces.rdd(),
            new ByWorker(layout.shards(), layout.workers()),
            tag(Integer.class),
            tag(ShardPiece.class),
            tag(ShardPiece.class));
    shuffled.setSerializer(new KryoSerializer(new SparkConf(false)));
    return JavaRDD.fromRDD(shuffled, tag(Tuple2.class));
  }

  private static <B extends SampleBlock> Iterator<ShardPair> pairs(
      Iterator<B> training, Iterator<B> validation) {
    List<ShardPair> pairs = new ArrayList<>();
    while (training.hasNext()) {
      pairs.add(new ShardPair(training.next(), validation.next()));
    }
    return pairs.iterator();
  }

  private static <T> ClassTag<T> tag(Class<?> type) {
    return ClassTag$.MODULE$.apply(type);
  }
}
