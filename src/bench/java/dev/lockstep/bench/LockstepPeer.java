package dev.lockstep.bench;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.replica.StepClock;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The engine: a round an epoch, with all that a round costs. */
final class LockstepPeer implements Peer {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final long SEED = 7;

  private final Workload workload;
  private final SampleOrder order;
  private final Rounds rounds;
  private NetworkState state;
  private RoundResult fastest;
  private int epoch;

  LockstepPeer(SparkSession spark, Workload workload, ShardedSet data, int shards) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Blueprint blueprint = workload.blueprint();
    this.workload = workload;
    this.order = new SampleOrder(workload.samples(), workload.batch(), shards, SEED);
    this.rounds = new Rounds(context, blueprint, BatchFormat.rows(workload.shape()), data, TIMEOUT);
    this.state = blueprint.build().state();
  }

  @Override
  public String name() {
    return "Lockstep";
  }

  @Override
  public long samples() {
    return workload.samples();
  }

  @Override
  public long train(int epochs) {
    long started = System.nanoTime();
    for (int i = 0; i < epochs; i++) {
      epoch();
    }
    return System.nanoTime() - started;
  }

  /** One epoch as one round. */
  RoundResult epoch() {
    RoundResult result = round(order.iterationsPerEpoch());
    state = result.state();
    epoch++;
    if (fastest == null || iterationNanos(result) < iterationNanos(fastest)) {
      fastest = result;
    }
    return result;
  }

  /** A round of some of the epoch's first iterations, from where training is, without going on. */
  RoundResult round(int iterations) {
    return rounds.run(new Round(epoch, 0, iterations, order), state, (iteration, loss) -> {});
  }

  /** Parameters of the network. */
  long parameters() {
    return state.parameters().length;
  }

  int iterationsPerEpoch() {
    return order.iterationsPerEpoch();
  }

  /** The epoch whose iterations took the least time. */
  RoundResult fastest() {
    return fastest;
  }

  /** Nanoseconds of a round's iterations alone. */
  static long iterationNanos(RoundResult result) {
    return result.iterations().stream().mapToLong(RoundResult.Iteration::wallNanos).sum();
  }

  /** Where the fastest epoch's time went, to stderr. */
  void explain() {
    StepClock.Times times = fastest.times();
    double iterations = fastest.iterations().size() * 1e6;
    Progress.say(
        "  %s, W = %d: an iteration %.3f ms: data %.3f, forward %.3f, backward %.3f, reduce %.3f,"
            + " update %.3f; beside them %.0f ms a round",
        workload.name(),
        fastest.workers(),
        iterationNanos(fastest) / iterations,
        times.data() / iterations,
        times.forward() / iterations,
        times.backward() / iterations,
        times.reduce() / iterations,
        times.update() / iterations,
        (fastest.wallNanos() - iterationNanos(fastest)) / 1e6);
  }
}
