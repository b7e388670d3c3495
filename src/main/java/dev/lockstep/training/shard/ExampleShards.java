package dev.lockstep.training.shard;

import dev.lockstep.plan.SummingTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Brings examples to the workers of their shards: row_id mod S is the shard. */
final class ExampleShards {
  private final long count;
  private final int shards;
  private final int workers;

  private ExampleShards(long count, int shards, int workers) {
    this.count = count;
    this.shards = shards;
    this.workers = workers;
  }

  /** W partitions of the workers' shards, in order. */
  static JavaRDD<SampleBlock> blocks(ExampleSet examples, int shards, int workers) {
    long count = examples.count();
    return JavaPairRDD.fromJavaRDD(
            examples.byRowId().map(row -> new Tuple2<>((int) (row._1() % shards), row)))
        .partitionBy(new ByWorker(shards, workers))
        .mapPartitionsWithIndex(
            (worker, rows) -> new ExampleShards(count, shards, workers).join(worker, rows), true);
  }

  private Iterator<SampleBlock> join(
      int worker, Iterator<Tuple2<Integer, Tuple2<Long, Example>>> rows) {
    SummingTree.Node range = new SummingTree(shards).shardsOf(worker, workers);
    List<Example[]> byShard = new ArrayList<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      byShard.add(new Example[Math.toIntExact((count - shard + shards - 1) / shards)]);
    }
    rows.forEachRemaining(row -> place(row._2(), byShard.get(row._1() - range.from())));
    List<SampleBlock> blocks = new ArrayList<>();
    for (int shard = range.from(); shard < range.to(); shard++) {
      Example[] examples = byShard.get(shard - range.from());
      int missing = Arrays.asList(examples).indexOf(null);
      if (missing >= 0) {
        throw invalid((long) missing * shards + shard, "is missing");
      }
      blocks.add(new ExampleBlock(shard, examples));
    }
    return blocks.iterator();
  }

  private void place(Tuple2<Long, Example> row, Example[] shard) {
    long place = row._1() / shards;
    if (place >= shard.length) {
      throw invalid(row._1(), "is there, of " + count + " from 0");
    }
    if (shard[(int) place] != null) {
      throw invalid(row._1(), "is there twice");
    }
    shard[(int) place] = row._2();
  }

  private static IllegalStateException invalid(long rowId, String how) {
    return new IllegalStateException(
        "Invalid examples: number "
            + rowId
            + " "
            + how
            + " (the RDD must hold the same examples whenever it is computed: cache it)");
  }
}
