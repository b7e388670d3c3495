package dev.lockstep.training;

import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** The shards on the workers that Spark has: laid out once, and again when their number changes. */
public final class LaidOutShards implements AutoCloseable {
  private final IntUnaryOperator workersAfterLoss;
  private final IntFunction<ShardedSet> layout;
  private ShardedSet data;

  /**
   * Loads the shards.
   *
   * @param workers W at the start
   * @param workersAfterLoss asked after a failure, with W until then: waits, and says how many
   *     there are
   * @param layout the shards on so many workers
   */
  public LaidOutShards(
      int workers, IntUnaryOperator workersAfterLoss, IntFunction<ShardedSet> layout) {
    this.workersAfterLoss = workersAfterLoss;
    this.layout = layout;
    layOut(workers);
  }

  /** The shards as they lie now. */
  public ShardedSet data() {
    return data;
  }

  /** W now. */
  public int workers() {
    return data.rdd().getNumPartitions();
  }

  /** Where rounds run, each attempt on the layout that there is then. */
  public Cluster cluster(Function<ShardedSet, Rounds> roundsOn) {
    return new Cluster() {
      @Override
      public Rounds rounds() {
        return roundsOn.apply(data);
      }

      @Override
      public Rounds afterFailure() {
        int workers = workersAfterLoss.applyAsInt(workers());
        if (workers != workers()) {
          data.close(); // first: both may not fit
          layOut(workers);
        }
        return rounds();
      }
    };
  }

  @Override
  public void close() {
    data.close();
  }

  private void layOut(int workers) {
    data = layout.apply(workers);
    data.load();
  }
}
