package dev.lockstep.bench;

import dev.lockstep.training.shard.ShardedSet;
import org.apache.spark.sql.SparkSession;

/** A workload's samples as the engine holds them, whatever the batch. */
final class LockstepData implements AutoCloseable {
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
    return new ShardedSet.Rows(PreparedRows.of(spark, workload, from, to), (long) to - from);
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
