package dev.lockstep.pipeline;

import dev.lockstep.training.Cluster;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/** The shards on the workers that Spark has: laid out once, and again when their number changes. */
final class TrainingCluster implements Cluster, AutoCloseable {
  private final IntSupplier workersAfterLoss;
  private final IntFunction<ShardedSet> layout;
  private final Function<ShardedSet, Rounds> roundsOn;

  private ShardedSet data;
  private Rounds rounds;

  private TrainingCluster(
      IntSupplier workersAfterLoss,
      IntFunction<ShardedSet> layout,
      Function<ShardedSet, Rounds> roundsOn) {
    this.workersAfterLoss = workersAfterLoss;
    this.layout = layout;
    this.roundsOn = roundsOn;
  }

  /**
   * Loads the shards.
   *
   * @param workers W at the start
   * @param workersAfterLoss asked after a failure: waits, and says how many there are
   * @param layout the shards on so many workers
   */
  static TrainingCluster open(
      int workers,
      IntSupplier workersAfterLoss,
      IntFunction<ShardedSet> layout,
      Function<ShardedSet, Rounds> roundsOn) {
    TrainingCluster cluster = new TrainingCluster(workersAfterLoss, layout, roundsOn);
    cluster.layOut(workers);
    return cluster;
  }

  @Override
  public Rounds rounds() {
    return rounds;
  }

  @Override
  public Rounds afterFailure() {
    int workers = workersAfterLoss.getAsInt();
    if (workers != workers()) {
      layOut(workers);
    }
    return rounds;
  }

  /** The shards as they lie now. */
  ShardedSet data() {
    return data;
  }

  /** W now. */
  int workers() {
    return rounds.workers();
  }

  @Override
  public void close() {
    data.close();
  }

  /** The shards of the layout before are let go first: both may not fit. */
  private void layOut(int workers) {
    if (data != null) {
      data.close();
    }
    data = layout.apply(workers);
    rounds = roundsOn.apply(data);
    data.load();
  }
}
