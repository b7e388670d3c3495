package dev.lockstep.training.round;

import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.replica.TrainingBatch;
import dev.lockstep.training.shard.SampleBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Step 5 for one shard and one round: its next share of a batch, in one of two arrays. */
final class ShardFeed {
  private final SampleBlock block;
  private final BatchFormat format;
  private final SampleOrder order;
  private final int[] indices;
  private final List<Map<Integer, TrainingBatch>> bySize =
      List.of(new HashMap<>(), new HashMap<>());

  ShardFeed(SampleBlock block, BatchFormat format, Round round) {
    this.block = block;
    this.format = format;
    this.order = round.order();
    this.indices =
        round.isWholeEpoch()
            ? order.order(round.epoch(), block.shard())
            : LastOrders.of(order, round.epoch(), block.shard());
  }

  /**
   * The share of batch {@code batch}, or null where it is empty; valid until the next call with the
   * same {@code array}, 0 or 1.
   */
  TrainingBatch next(int batch, int array) {
    SampleOrder.Share share = order.share(batch, block.shard());
    if (share.size() == 0) {
      return null;
    }
    return bySize
        .get(array)
        .computeIfAbsent(share.size(), format::batch)
        .fill(block, indices, share.from());
  }
}
