package dev.lockstep.training.round;

import dev.lockstep.network.NetworkState;
import dev.lockstep.training.replica.StepClock;
import java.io.Serializable;

/**
 * What one worker brings back from a round.
 *
 * @param firstShard the first of its shards
 * @param iterations what it saw, iteration by iteration
 * @param validation its shards' share of the validation split, after the epoch's last update
 * @param regularization what L1 and L2 add to a mean loss after the round
 * @param times nanoseconds a step
 * @param stateSha256 of its replica's state after the round; the same on all workers
 * @param state of its replica, from worker 0 alone; null from the others
 */
@SuppressWarnings("ArrayRecordComponent") // a message: never compared
record WorkerReport(
    int worker,
    int firstShard,
    IterationSeen[] iterations,
    ShardScore[] validation,
    double regularization,
    StepClock.Times times,
    String stateSha256,
    NetworkState state)
    implements Serializable {

  /**
   * One iteration on one worker.
   *
   * @param shardLoss the loss summed over each shard's samples, in order of its shards
   * @param shardSquares the squared norm of each shard's gradient sum, in the same order
   * @param correct samples of its shards that the network named right before the update
   */
  record IterationSeen(
      double[] shardLoss,
      double[] shardSquares,
      int correct,
      double regularization,
      double learningRate,
      double gradientNorm,
      double updateNorm,
      long wallNanos,
      long reduceNanos)
      implements Serializable {}

  /** Loss sum and right answers over a shard's validation samples. */
  record ShardScore(double loss, long correct, int samples) implements Serializable {}
}
