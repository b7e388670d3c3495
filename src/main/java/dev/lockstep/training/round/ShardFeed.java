package dev.lockstep.training.round;

import dev.lockstep.network.NetworkShape;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.replica.MicroBatch;
import dev.lockstep.training.shard.ShardBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Step 5 for one shard and one epoch: its next share of a batch, in one of two arrays. */
final class ShardFeed {
  private final ShardBlock block;
  private final NetworkShape shape;
  private final SampleOrder order;
  private final int[] indices;
  private final List<Map<Integer, MicroBatch>> bySize = List.of(new HashMap<>(), new HashMap<>());

  ShardFeed(ShardBlock block, NetworkShape shape, SampleOrder order, int epoch) {
    this.block = block;
    this.shape = shape;
    this.order = order;
    this.indices = order.order(epoch, block.shard());
  }

  /**
   * The share of batch {@code batch}, or null where it is empty; valid until the next call with the
   * same {@code array}, 0 or 1.
   */
  MicroBatch next(int batch, int array) {
    SampleOrder.Share share = order.share(batch, block.shard());
    if (share.size() == 0) {
      return null;
    }
    return bySize
        .get(array)
        .computeIfAbsent(share.size(), size -> new MicroBatch(shape, size))
        .fill(block, indices, share.from());
  }
}
