package dev.lockstep.training.round;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NativeThreads;
import dev.lockstep.network.NetworkState;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.replica.Replica;
import dev.lockstep.training.round.WorkerReport.ShardScore;
import dev.lockstep.training.shard.ShardPair;
import dev.lockstep.training.shard.ShardedSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** The validation pass that ends an epoch's round, for a trainer that has no rounds. */
public record Validation(
    JavaSparkContext spark, Blueprint blueprint, BatchFormat format, ShardedSet data) {

  /** Mean loss and right answers of a state over the validation split. */
  public RoundResult.Score score(NetworkState state) {
    Broadcast<Packed<NetworkState>> broadcast = spark.broadcast(Packed.of(state));
    try {
      Pass pass = new Pass(blueprint, format, broadcast);
      List<Scores> workers =
          data.rdd().mapPartitions(pass::over).collect().stream().map(Packed::unpack).toList();
      return RoundSummary.score(
          workers.stream().flatMap(worker -> worker.shards().stream()).toList(),
          workers.get(0).regularization());
    } finally {
      broadcast.destroy();
    }
  }

  private record Scores(ArrayList<ShardScore> shards, double regularization)
      implements Serializable {}

  private record Pass(
      Blueprint blueprint, BatchFormat format, Broadcast<Packed<NetworkState>> state)
      implements Serializable {

    Iterator<Packed<Scores>> over(Iterator<ShardPair> pairs) {
      NativeThreads.useOne();
      List<ShardPair> data = new ArrayList<>();
      pairs.forEachRemaining(data::add);
      Replica replica = new Replica(blueprint, format, state.value().unpack(), 0);
      ArrayList<ShardScore> scores =
          new ArrayList<>(List.of(ValidationPass.over(data, replica, () -> {})));
      return List.of(Packed.of(new Scores(scores, replica.regularization()))).iterator();
    }
  }
}
