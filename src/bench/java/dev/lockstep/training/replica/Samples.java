package dev.lockstep.training.replica;

import dev.lockstep.bench.Workload;
import dev.lockstep.training.shard.ShardBlock;
import java.util.Random;

/**
 * Some of a workload's samples as a shard's.
 *
 * @param order of a shuffled epoch
 */
record Samples(Workload workload, ShardBlock block, int[] order) {

  /** As many as the workload has. */
  static Samples first(Workload workload) {
    int width = workload.inputs();
    float[] features = new float[workload.samples() * width];
    float[] labels = new float[workload.samples()];
    for (int id = 0; id < labels.length; id++) {
      float[] row = workload.features(id);
      System.arraycopy(row, 0, features, id * width, width);
      labels[id] = workload.label(row);
    }
    int[] order = new Random(1).ints(labels.length, 0, labels.length).toArray();
    return new Samples(workload, ShardBlock.of(0, features, labels), order);
  }

  /** The first batch. */
  MicroBatch batch() {
    return new MicroBatch(workload.shape(), workload.batch()).fill(block, order, 0);
  }
}
