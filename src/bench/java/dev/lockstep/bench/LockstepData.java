package dev.lockstep.bench;

import dev.lockstep.training.shard.ShardedSet;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A workload's samples as the engine holds them, whatever the batch. */
final class LockstepData implements AutoCloseable {
  private static final StructType SCHEMA =
      new StructType()
          .add("row_id", DataTypes.LongType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("label", DataTypes.DoubleType);

  private final SparkSession spark;
  private final ShardedSet set;
  private final int shards;

  /**
   * A shard a worker.
   *
   * @param training as {@link #rows} makes them
   * @param validation the same; may have none
   */
  LockstepData(
      SparkSession spark, ShardedSet.Rows training, ShardedSet.Rows validation, Layout layout) {
    this.spark = spark;
    this.shards = layout.workers();
    this.set =
        ShardedSet.of(
            training,
            validation,
            new ShardedSet.Layout(layout.width(), layout.workers(), layout.workers()));
    set.load();
  }

  /** Inputs of a sample, and workers. */
  record Layout(int width, int workers) {}

  /** A workload's samples on some workers, without validation samples. */
  static LockstepData of(SparkSession spark, Workload workload, int workers) {
    return new LockstepData(
        spark,
        rows(spark, workload, 0, workload.samples()),
        rows(spark, workload, 0, 0),
        new Layout(workload.inputs(), workers));
  }

  /** Samples [from, to) of a workload as prepared rows. */
  static ShardedSet.Rows rows(SparkSession spark, Workload workload, int from, int to) {
    MapFunction<Long, Row> row =
        id -> {
          Workload.Labelled sample = workload.sample(id + from);
          return RowFactory.create(id, sample.features(), (double) sample.label());
        };
    Dataset<Row> rows = spark.range(0, (long) to - from, 1, 2).map(row, Encoders.row(SCHEMA));
    return new ShardedSet.Rows(rows, (long) to - from);
  }

  /** Trains {@code workload} on them from the start, its samples being these. */
  LockstepPeer peer(Workload workload) {
    return new LockstepPeer(spark, workload, set, shards);
  }

  @Override
  public void close() {
    set.close();
  }
}
