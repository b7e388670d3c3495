package dev.lockstep.training.round;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.training.allreduce.Rendezvous;
import dev.lockstep.training.allreduce.Terms;
import dev.lockstep.training.allreduce.WorkerFailedException;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.shard.ShardedSet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs rounds on the cluster: one barrier stage each, state in and out once. Each of its tasks, the
 * workers, goes through three phases: introduced (the driver knows where it is and hears what it
 * fails of, while it still reads its shards), ready (it waits until all of them are), linked (it
 * trains, and the driver hears how far it is).
 */
public final class Rounds {
  private final JavaSparkContext spark;
  private final Blueprint blueprint;
  private final BatchFormat format;
  private final ShardedSet data;
  private final Duration timeout;

  /**
   * @param timeout a round in which nothing moves for so long fails
   */
  public Rounds(
      JavaSparkContext spark,
      Blueprint blueprint,
      BatchFormat format,
      ShardedSet data,
      Duration timeout) {
    this.spark = spark;
    this.blueprint = blueprint;
    this.format = format;
    this.data = data;
    this.timeout = timeout;
  }

  /** W: the workers that share a round. */
  public int workers() {
    return data.rdd().getNumPartitions();
  }

  /**
   * Runs one attempt of a round. No Spark task starts and no gradient passes the driver between its
   * iterations.
   *
   * @throws WorkerFailedException which worker failed first and of what; another attempt may help
   * @throws RuntimeException if Spark cannot run it
   */
  public RoundResult run(Round round, NetworkState state, Progress progress) {
    long started = System.nanoTime();
    SparkRound settings = new SparkRound(spark.getConf(), spark.sc().applicationId());
    Terms terms = settings.terms(round, workers(), timeout);
    String group = terms.round();
    StateSource source = new StateSource(spark, state);
    RoundEvents events =
        new RoundEvents(
            progress,
            source::handle,
            () -> spark.cancelJobGroup(group),
            () -> Slots.of(spark.sc()));
    JobGroup callers = JobGroup.of(spark.sc());
    try (source;
        Rendezvous rendezvous = settings.rendezvous(terms, events)) {
      RoundTask task =
          new RoundTask(round, blueprint, format, state.sha256(), rendezvous.endpoint(), terms);
      String text = "epoch " + (round.epoch() + 1) + ", " + round.batches() + " iterations";
      spark.setJobGroup(group, text, true); // survivors of a failed stage are interrupted
      List<WorkerReport> reports =
          collect(RoundStage.of(data.rdd(), task), rendezvous).stream()
              .map(Packed::unpack)
              .toList();
      return RoundSummary.of(round, reports, System.nanoTime() - started);
    } catch (IOException e) {
      throw new IllegalStateException("Failed to open the driver's rendezvous: " + e, e);
    } finally {
      callers.restore(spark.sc());
    }
  }

  /** What Spark throws names the task that failed last; what the workers said, the first one. */
  private static <T> List<T> collect(JavaRDD<T> stage, Rendezvous rendezvous) {
    try {
      return stage.collect();
    } catch (Exception e) {
      Optional<WorkerFailedException> failure = rendezvous.failure();
      if (failure.isPresent()) {
        failure.get().initCause(e);
        throw failure.get();
      }
      throw e;
    }
  }
}
