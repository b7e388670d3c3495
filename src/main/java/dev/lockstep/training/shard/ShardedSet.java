package dev.lockstep.training.shard;

import dev.lockstep.plan.SummingTree;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The training and validation samples, laid out on the workers once and cached: partition w of
 * {@link #rdd} holds worker w's shards, in order. What a lost worker held is read again from
 * Parquet.
 */
public final class ShardedSet implements AutoCloseable {
  private final JavaRDD<ShardPair> rdd;

  private ShardedSet(JavaRDD<ShardPair> rdd) {
    this.rdd = rdd;
  }

  /**
   * How rows become shards.
   *
   * @param width features of a row
   * @param shards S
   * @param workers W, the partitions
   */
  public record Layout(int width, int shards, int workers) implements Serializable {}

  /** A prepared split: columns row_id (0 to rows - 1), features, label. */
  public record Rows(Dataset<Row> data, long count) {}

  /** Plans the layout; {@link #load} reads it. */
  public static ShardedSet of(Rows training, Rows validation, Layout layout) {
    JavaRDD<ShardBlock> trainingBlocks = blocks(training, layout);
    JavaRDD<ShardBlock> validationBlocks = blocks(validation, layout);
    FlatMapFunction2<Iterator<ShardBlock>, Iterator<ShardBlock>, ShardPair> pair =
        ShardedSet::pairs;
    return new ShardedSet(
        trainingBlocks
            .zipPartitions(validationBlocks, pair)
            .persist(StorageLevel.MEMORY_AND_DISK()));
  }

  /** Reads and caches all shards, so that no round has to. */
  public void load() {
    rdd.foreachPartition(pairs -> pairs.forEachRemaining(pair -> {}));
  }

  /** W partitions of the workers' shards. */
  public JavaRDD<ShardPair> rdd() {
    return rdd;
  }

  @Override
  public void close() {
    rdd.unpersist(false);
  }

  private static JavaRDD<ShardBlock> blocks(Rows rows, Layout layout) {
    JavaRDD<Sample> samples =
        rows.data()
            .selectExpr("row_id as rowId", "features", "cast(label as double) as label")
            .as(Encoders.bean(Sample.class))
            .javaRDD();
    JavaPairRDD<Integer, ShardPiece> pieces =
        samples.mapPartitionsToPair(
            (PairFlatMapFunction<Iterator<Sample>, Integer, ShardPiece>)
                partition -> pieces(partition, layout));
    long count = rows.count();
    return pieces
        .partitionBy(new ByWorker(layout.shards(), layout.workers()))
        .mapPartitionsWithIndex(
            (worker, partition) -> join(worker, partition, layout, count), true);
  }

  private static Iterator<Tuple2<Integer, ShardPiece>> pieces(
      Iterator<Sample> samples, Layout layout) {
    ShardPiece[] pieces = new ShardPiece[layout.shards()];
    while (samples.hasNext()) {
      Sample sample = samples.next();
      int shard = (int) (sample.getRowId() % layout.shards());
      if (pieces[shard] == null) {
        pieces[shard] = new ShardPiece(layout.width());
      }
      int place = Math.toIntExact(sample.getRowId() / layout.shards());
      pieces[shard].add(place, sample.getFeatures(), (float) sample.getLabel());
    }
    List<Tuple2<Integer, ShardPiece>> found = new ArrayList<>();
    for (int shard = 0; shard < pieces.length; shard++) {
      if (pieces[shard] != null) {
        found.add(new Tuple2<>(shard, pieces[shard].trimmed()));
      }
    }
    return found.iterator();
  }

  private static Iterator<ShardBlock> join(
      int worker, Iterator<Tuple2<Integer, ShardPiece>> pieces, Layout layout, long count) {
    SummingTree.Node range = new SummingTree(layout.shards()).shardsOf(worker, layout.workers());
    List<List<ShardPiece>> byShard = new ArrayList<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      byShard.add(new ArrayList<>());
    }
    pieces.forEachRemaining(piece -> byShard.get(piece._1() - range.from()).add(piece._2()));
    List<ShardBlock> blocks = new ArrayList<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      blocks.add(block(shard, byShard.get(shard - range.from()), layout, count));
    }
    return blocks.iterator();
  }

  private static ShardBlock block(int shard, List<ShardPiece> pieces, Layout layout, long count) {
    int samples = Math.toIntExact((count - shard + layout.shards() - 1) / layout.shards());
    int found = pieces.stream().mapToInt(ShardPiece::size).sum();
    if (found != samples) {
      throw new IllegalStateException(
          "Invalid prepared rows: shard "
              + shard
              + " has "
              + found
              + " samples (must be "
              + samples
              + ": row_id must count from 0 without gaps)");
    }
    float[] features = new float[Math.multiplyExact(samples, layout.width())];
    float[] labels = new float[samples];
    pieces.forEach(piece -> piece.copyTo(features, labels));
    return new ShardBlock(shard, features, labels);
  }

  private static Iterator<ShardPair> pairs(
      Iterator<ShardBlock> training, Iterator<ShardBlock> validation) {
    List<ShardPair> pairs = new ArrayList<>();
    while (training.hasNext()) {
      pairs.add(new ShardPair(training.next(), validation.next()));
    }
    return pairs.iterator();
  }

  /** Sends a shard to its worker. */
  private static final class ByWorker extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int[] workerOfShard;
    private final int workers;

    ByWorker(int shards, int workers) {
      this.workers = workers;
      this.workerOfShard = new int[shards];
      SummingTree tree = new SummingTree(shards);
      for (int worker = 0; worker < workers; worker++) {
        SummingTree.Node range = tree.shardsOf(worker, workers);
        for (int shard = range.from(); shard < range.to(); shard++) {
          workerOfShard[shard] = worker;
        }
      }
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    @Override
    public int getPartition(Object shard) {
      return workerOfShard[(Integer) shard];
    }
  }
}
