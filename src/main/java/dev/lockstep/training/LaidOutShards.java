package dev.lockstep.training;

import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * The shards on the workers that Spark has: laid out once, and again when their number changes. No
 * round begins before all of them are there.
 */
public final class LaidOutShards implements AutoCloseable {
  private final int wanted;
  private final IntUnaryOperator workersAfterLoss;
  private final IntFunction<ShardedSet> layout;
  private ShardedSet data;

  /**
   * Loads the shards.
   *
   * @param workers W at the start
   * @param workersAfterLoss asked after a failure, with W at the start: waits, and says how many of
   *     them there are
   * @param layout the shards on so many workers
   */
  public LaidOutShards(
      int workers, IntUnaryOperator workersAfterLoss, IntFunction<ShardedSet> layout) {
    this.wanted = workers;
    this.workersAfterLoss = workersAfterLoss;
    this.layout = layout;
    this.data = layout.apply(workers);
    try {
      data.load();
    } catch (Throwable e) {
      data.close(); // nobody else could
      throw e;
    }
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
        int workers = workersAfterLoss.applyAsInt(wanted);
        if (workers != workers()) {
          data.close(); // first: both may not fit
          data = layout.apply(workers);
        }
        data.load(); // what was lost, too: workers that wait in a round would count as hanging
        return rounds();
      }
    };
  }

  @Override
  public void close() {
    data.close();
  }
}
