package dev.lockstep.training.averaging;

import dev.lockstep.network.Examples;
import dev.lockstep.network.NativeThreads;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.shard.SampleBlock;
import dev.lockstep.training.shard.ShardPair;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;

/**
 * An epoch's mini-batches as DL4J takes them: each shard's samples in the epoch's order, cut every
 * {@code size}; a shard's last one may be short.
 *
 * @param epoch counted from 0
 */
record MiniBatches(BatchFormat format, SampleOrder order, int epoch, int size)
    implements Serializable {

  /** Mini-batches of the whole training set. */
  int count() {
    int count = 0;
    for (int shard = 0; shard < order.shards(); shard++) {
      count += (order.shardSize(shard) + size - 1) / size;
    }
    return count;
  }

  /** Those of one worker's shards. */
  Iterator<DataSet> of(Iterator<ShardPair> shards) {
    NativeThreads.useOne();
    List<DataSet> batches = new ArrayList<>();
    shards.forEachRemaining(pair -> cut(pair.training(), batches));
    return batches.iterator();
  }

  private void cut(SampleBlock block, List<DataSet> batches) {
    int[] indices = order.order(epoch, block.shard());
    for (int from = 0; from < indices.length; from += size) {
      int samples = Math.min(size, indices.length - from);
      Examples examples = format.batch(samples).fill(block, indices, from).examples();
      batches.add(new DataSet(examples.features()[0], examples.labels()[0]));
    }
  }
}
