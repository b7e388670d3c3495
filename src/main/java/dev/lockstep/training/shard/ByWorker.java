package dev.lockstep.training.shard;

import dev.lockstep.plan.SummingTree;
import org.apache.spark.Partitioner;

/** Sends a shard to its worker. */
final class ByWorker extends Partitioner {
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
