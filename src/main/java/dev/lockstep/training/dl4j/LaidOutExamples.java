package dev.lockstep.training.dl4j;

import dev.lockstep.training.BarrierSettings;
import dev.lockstep.training.Cluster;
import dev.lockstep.training.LaidOutShards;
import dev.lockstep.training.TaskSlots;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ExampleSet;
import dev.lockstep.training.shard.ShardedSet;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** One RDD's examples on the workers: laid out once, and again when their number changes. */
final class LaidOutExamples implements AutoCloseable {
  private final JavaSparkContext spark;
  private final JavaRDD<?> source;
  private final boolean persisted;
  private final int shards;
  private final ExampleSet examples;
  private LaidOutShards laidOut;

  /**
   * @throws IllegalArgumentException in one line if they cannot be trained on
   * @throws dev.lockstep.config.InvalidConfigException in one line if Spark is set up so that
   *     workers cannot run at once
   */
  LaidOutExamples(JavaSparkContext spark, MasterSettings settings, Source source) {
    BarrierSettings.check(spark.getConf());
    this.spark = spark;
    this.source = source.rdd();
    this.shards = settings.shards();
    this.persisted =
        settings.storageLevel() != null
            && this.source.getStorageLevel().equals(StorageLevel.NONE());
    int workers = workers(settings);
    if (persisted) {
      this.source.persist(StorageLevel.fromString(settings.storageLevel()));
    }
    try {
      this.examples = source.read().apply(spark);
      checkShards();
      this.laidOut =
          new LaidOutShards(
              workers,
              wanted -> TaskSlots.afterLoss(wanted, spark.sc()),
              count -> ShardedSet.ofExamples(examples, ExampleSet.none(spark), shards, count));
    } catch (Throwable e) {
      close(); // nobody else could
      throw e;
    }
  }

  private void checkShards() {
    if (examples.count() < shards) {
      throw new IllegalArgumentException(
          "Invalid shards: "
              + shards
              + " (must be at most the "
              + examples.count()
              + " examples to train on)");
    }
  }

  boolean isOf(JavaSparkContext spark, Source other) {
    return this.spark.sc() == spark.sc() && source.id() == other.rdd().id();
  }

  /** N. */
  long count() {
    return examples.count();
  }

  /** What they are. */
  BatchFormat format() {
    return BatchFormat.of(examples, ExampleSet.none(spark));
  }

  /** Where rounds run, each attempt on the layout that there is then. */
  Cluster cluster(Function<ShardedSet, Rounds> rounds) {
    return laidOut.cluster(rounds);
  }

  @Override
  public void close() {
    if (laidOut != null) {
      laidOut.close();
    }
    if (persisted) {
      source.unpersist(false);
    }
  }

  private int workers(MasterSettings settings) {
    if (settings.workers() == null) {
      return TaskSlots.upTo(shards, spark.sc());
    }
    int found = TaskSlots.waitFor(settings.workers(), spark.sc());
    if (found < settings.workers()) {
      throw new IllegalArgumentException(
          "Invalid workers: "
              + settings.workers()
              + " (must be at most the "
              + found
              + " task slots that Spark has now)");
    }
    return settings.workers();
  }
}
