package dev.lockstep.training.dl4j;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.MemoryEstimate;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.Cluster;
import dev.lockstep.training.Finiteness;
import dev.lockstep.training.RoundAttempts;
import dev.lockstep.training.TrainingFailedException;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import java.util.List;
import org.apache.spark.SparkConf;
import org.deeplearning4j.spark.api.TrainingHook;

/** One epoch of a user's network, round after round. */
final class EpochRun {
  private final MasterSettings settings;
  private final Subject subject;
  private final LaidOutExamples examples;
  private final Watchers watchers;
  private final SampleOrder order;

  /**
   * Who sees what happens.
   *
   * @param stats null where none are collected
   */
  record Watchers(
      List<TrainingHook> hooks, DriverListeners listeners, SynchronousTrainingStats stats) {
    BatchFormat watch(BatchFormat format) {
      return hooks.isEmpty() ? format : format.observedBy(new HookCalls(hooks));
    }
  }

  EpochRun(MasterSettings settings, Subject subject, LaidOutExamples examples, Watchers watchers) {
    this.settings = settings;
    this.subject = subject;
    this.examples = examples;
    this.watchers = watchers;
    this.order =
        new SampleOrder(examples.count(), settings.batchSize(), settings.shards(), settings.seed());
  }

  /**
   * After a failure the network is as the last complete round left it.
   *
   * @throws IllegalArgumentException where the network's state is more than Spark brings back
   * @throws dev.lockstep.training.DivergedException where loss or gradient is not finite
   * @throws IllegalStateException where a round failed as often as it may
   */
  void run() {
    RoundAttempts attempts = attempts();
    NetworkState state = subject.network().state();
    check(state);
    int epoch = state.epoch();
    watchers.listeners().epochStarted(subject);
    for (int done = 0; done < order.iterationsPerEpoch(); ) {
      Round round = new Round(epoch, done, batches(done), order);
      RoundResult result = run(attempts, round, state);
      Finiteness.check(result);
      state = result.state();
      done += round.batches();
      int before = subject.network().iteration();
      subject.network().restore(state);
      subject.network().count(before, epoch); // DL4J's wrapper counts the epoch, listeners see it
      watchers.listeners().iterationsDone(subject, result.iterations());
    }
    watchers.listeners().epochEnded(subject);
  }

  private void check(NetworkState state) {
    long floats = (long) state.parameters().length + state.updaterState().length;
    SparkConf spark = subject.spark().getConf();
    MemoryEstimate.resultShortage(
            floats * Float.BYTES, spark.getSizeAsBytes("spark.driver.maxResultSize", "1g"))
        .ifPresent(
            shortage -> {
              throw new IllegalArgumentException(shortage);
            });
  }

  private int batches(int done) {
    int left = order.iterationsPerEpoch() - done;
    Integer most = settings.iterationsPerRound();
    return most == null ? left : Math.min(most, left);
  }

  private RoundResult run(RoundAttempts attempts, Round round, NetworkState state) {
    long started = System.currentTimeMillis();
    try {
      RoundResult result = attempts.run(round, state);
      if (watchers.stats() != null) {
        watchers.stats().add(result, started);
      }
      return result;
    } catch (TrainingFailedException e) {
      throw new IllegalStateException(
          "Failed to train: "
              + e.reason()
              + " (the last of "
              + settings.maxAttempts()
              + " attempts; the network is as the last complete round left it)",
          e);
    }
  }

  private RoundAttempts attempts() {
    Blueprint blueprint = Blueprint.of(subject.network());
    BatchFormat format = watchers.watch(examples.format());
    Cluster cluster =
        examples.cluster(
            data -> new Rounds(subject.spark(), blueprint, format, data, settings.timeout()));
    return new RoundAttempts(cluster, settings.maxAttempts(), new RetryLog());
  }
}
