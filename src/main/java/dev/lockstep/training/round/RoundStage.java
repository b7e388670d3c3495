package dev.lockstep.training.round;

import dev.lockstep.network.NativeThreads;
import dev.lockstep.network.NetworkState;
import dev.lockstep.training.allreduce.Membership;
import dev.lockstep.training.allreduce.Mesh;
import dev.lockstep.training.replica.Replica;
import dev.lockstep.training.shard.ShardPair;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.shuffle.FetchFailedException;
import scala.Function1;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The barrier stage of a round: one task a worker. A task first tells the driver that it is there
 * and only then asks for its shards, so that the driver hears of it if they cannot be had; Spark's
 * own mapPartitions would ask for them before. When it has them it says that it is ready, and links
 * up with the others once all are.
 */
final class RoundStage extends RDD<Packed<WorkerReport>> {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<ShardPair> SHARDS = ClassTag$.MODULE$.apply(ShardPair.class);

  private final RoundTask task;

  private RoundStage(RDD<ShardPair> shards, RoundTask task) {
    super(shards, tag());
    this.task = task;
  }

  static JavaRDD<Packed<WorkerReport>> of(JavaRDD<ShardPair> shards, RoundTask task) {
    RDD<ShardPair> together =
        shards
            .rdd()
            .barrier()
            .mapPartitions(
                (Function1<
                            scala.collection.Iterator<ShardPair>,
                            scala.collection.Iterator<ShardPair>>
                        & Serializable)
                    same -> same,
                true,
                SHARDS);
    return JavaRDD.fromRDD(new RoundStage(together, task), tag());
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(SHARDS).partitions();
  }

  @Override
  public scala.collection.Iterator<Packed<WorkerReport>> compute(
      Partition partition, TaskContext context) {
    WorkerReport report = work(partition, context);
    return JavaConverters.asScalaIterator(List.of(Packed.of(report)).iterator());
  }

  private WorkerReport work(Partition partition, TaskContext context) {
    NativeThreads.useOne();
    try (Mesh mesh = Mesh.open(membership())) {
      try {
        WorkerReport report = train(partition, context, mesh);
        mesh.done();
        return report;
      } catch (Throwable e) {
        if (e instanceof FetchFailedException || e instanceof TaskKilledException) {
          mesh.stopped(e); // Spark's own doing: it ends the job, and knows why
        } else {
          mesh.failed(e);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to meet the other workers: " + e.getMessage(), e);
    }
  }

  private WorkerReport train(Partition partition, TaskContext context, Mesh mesh)
      throws IOException {
    Iterator<ShardPair> pairs =
        JavaConverters.asJavaIterator(firstParent(SHARDS).iterator(partition, context));
    List<ShardPair> data = new ArrayList<>();
    while (pairs.hasNext()) {
      data.add(pairs.next());
      mesh.sign();
    }
    long seed = task.round().order().seed();
    Replica replica = new Replica(task.blueprint(), task.format(), state(mesh), seed);
    mesh.meet();
    try (WorkerRound round = new WorkerRound(task.round(), data, replica, mesh)) {
      mesh.finished(task.round().iteration(task.round().firstBatch()));
      round.train();
      WorkerReport report = round.report(mesh.worker());
      round.free();
      return report;
    }
  }

  /** What this process has left from the round before, or else the driver's. */
  private NetworkState state(Mesh mesh) throws IOException {
    Optional<NetworkState> left = LastState.find(task.stateSha256());
    return left.isPresent() ? left.get() : StateSource.fetch(mesh.stateHandle());
  }

  private Membership membership() {
    BarrierTaskContext context = BarrierTaskContext.get();
    int worker = context.partitionId();
    return new Membership(
        worker,
        hostOf(context.getTaskInfos()[worker].address()),
        context.stageId(),
        context.stageAttemptNumber(),
        task.rendezvous(),
        task.terms());
  }

  /** Of host:port, [IPv6 host]:port or a bare host. */
  static String hostOf(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon > 0 && !address.endsWith("]") ? address.substring(0, colon) : address;
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static ClassTag<Packed<WorkerReport>> tag() {
    return ClassTag$.MODULE$.apply(Packed.class);
  }
}
