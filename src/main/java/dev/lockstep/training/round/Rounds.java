package dev.lockstep.training.round;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NativeThreads;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.NetworkState;
import dev.lockstep.training.allreduce.Mesh;
import dev.lockstep.training.allreduce.Rendezvous;
import dev.lockstep.training.allreduce.StageKey;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.replica.Replica;
import dev.lockstep.training.shard.ShardPair;
import dev.lockstep.training.shard.ShardedSet;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Runs rounds on the cluster: one barrier stage each, state in and out once. */
public final class Rounds {
  private final JavaSparkContext spark;
  private final Blueprint blueprint;
  private final BatchFormat format;
  private final ShardedSet data;

  /** Rounds over prepared rows. */
  public Rounds(JavaSparkContext spark, Blueprint blueprint, NetworkShape shape, ShardedSet data) {
    this(spark, blueprint, BatchFormat.rows(shape), data);
  }

  /** Rounds over samples of a format. */
  public Rounds(JavaSparkContext spark, Blueprint blueprint, BatchFormat format, ShardedSet data) {
    this.spark = spark;
    this.blueprint = blueprint;
    this.format = format;
    this.data = data;
  }

  /** W: the workers that share a round. */
  public int workers() {
    return data.rdd().getNumPartitions();
  }

  /**
   * Runs one attempt of a round. No Spark task starts and no gradient passes the driver between its
   * iterations.
   *
   * @throws RuntimeException what the first worker that failed threw, or Spark
   */
  public RoundResult run(Round round, NetworkState state, Rendezvous.Progress progress) {
    long started = System.nanoTime();
    int workers = workers();
    StageKey key = StageKey.random();
    Broadcast<Packed<NetworkState>> broadcast = spark.broadcast(Packed.of(state));
    String host = spark.getConf().get("spark.driver.host");
    String bind = spark.getConf().get("spark.driver.bindAddress", host);
    try (Rendezvous rendezvous = Rendezvous.open(bind, host, key, workers, progress)) {
      RoundTask task =
          new RoundTask(round, blueprint, format, broadcast, workers, rendezvous.endpoint(), key);
      String group = "lockstep-" + rendezvous.endpoint().port();
      String text = "epoch " + (round.epoch() + 1) + ", " + round.batches() + " iterations";
      spark.setJobGroup(group, text, true); // survivors of a failed stage are interrupted
      List<WorkerReport> reports =
          barrierStage(data.rdd(), task).collect().stream().map(Packed::unpack).toList();
      return RoundSummary.of(round, reports, System.nanoTime() - started);
    } catch (IOException e) {
      throw new IllegalStateException("Failed to open the driver's rendezvous: " + e, e);
    } finally {
      spark.clearJobGroup();
      broadcast.destroy();
    }
  }

  private static JavaRDD<Packed<WorkerReport>> barrierStage(
      JavaRDD<ShardPair> data, RoundTask task) {
    RDD<Packed<WorkerReport>> reports =
        data.rdd()
            .barrier()
            .mapPartitions(
                (Function1<
                            scala.collection.Iterator<ShardPair>,
                            scala.collection.Iterator<Packed<WorkerReport>>>
                        & Serializable)
                    pairs -> {
                      WorkerReport report = work(task, JavaConverters.asJavaIterator(pairs));
                      return JavaConverters.asScalaIterator(List.of(Packed.of(report)).iterator());
                    },
                false,
                tag());
    return JavaRDD.fromRDD(reports, tag());
  }

  private static WorkerReport work(RoundTask task, Iterator<ShardPair> pairs) {
    NativeThreads.useOne();
    BarrierTaskContext context = BarrierTaskContext.get();
    List<ShardPair> data = new ArrayList<>();
    pairs.forEachRemaining(data::add);
    int worker = context.partitionId();
    Replica replica =
        new Replica(
            task.blueprint(),
            task.format(),
            task.state().value().unpack(),
            task.round().order().seed());
    try (Mesh mesh =
        Mesh.join(
            new Mesh.Membership(
                worker,
                task.workers(),
                hostOf(context.getTaskInfos()[worker].address()),
                task.rendezvous(),
                task.key()))) {
      WorkerRound round = new WorkerRound(task.round(), data, replica, mesh);
      round.train();
      return round.report(worker, mesh.bytesSent());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to meet the other workers: " + e.getMessage(), e);
    }
  }

  /** Of host:port, [IPv6 host]:port or a bare host. */
  private static String hostOf(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon > 0 && !address.endsWith("]") ? address.substring(0, colon) : address;
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static ClassTag<Packed<WorkerReport>> tag() {
    return ClassTag$.MODULE$.apply(Packed.class);
  }
}
