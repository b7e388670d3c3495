package dev.lockstep.training.round;

import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.plan.SummingTree;
import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.allreduce.AllReduce;
import dev.lockstep.training.allreduce.Mesh;
import dev.lockstep.training.replica.BatchGradient.Score;
import dev.lockstep.training.replica.Replica;
import dev.lockstep.training.replica.StepClock;
import dev.lockstep.training.replica.StepClock.Step;
import dev.lockstep.training.replica.TrainingBatch;
import dev.lockstep.training.replica.update.WeightUpdate;
import dev.lockstep.training.round.WorkerReport.IterationSeen;
import dev.lockstep.training.shard.ShardPair;
import java.util.ArrayList;
import java.util.List;

/** One worker's part of a round: the training loop. */
final class WorkerRound implements AutoCloseable {
  private final Round round;
  private final Node shards;
  private final List<ShardPair> data;
  private final BatchFeed feed;
  private final Replica replica;
  private final AllReduce allReduce;
  private final SubtreeSums sums;
  private final ProgressReports progress;
  private final StepClock clock = new StepClock();
  private final List<IterationSeen> seen = new ArrayList<>();

  private double[] shardLoss = {};
  private double[] shardSquares = {};
  private int correct;
  private boolean diverged;

  WorkerRound(Round round, List<ShardPair> data, Replica replica, Mesh mesh) {
    SummingTree tree = new SummingTree(round.order().shards());
    this.round = round;
    this.shards = tree.shardsOf(mesh.worker(), mesh.workers());
    this.data = data;
    this.replica = replica;
    this.allReduce = new AllReduce(mesh, tree, replica.gradient().length());
    this.sums = new SubtreeSums(replica.gradient(), allReduce.cover());
    this.progress = new ProgressReports(mesh);
    this.feed =
        BatchFeed.of(round, data.stream().map(ShardPair::training).toList(), replica.format());
  }

  /** The iterations of the round: five steps each, the fifth being the next one's batch. */
  void train() {
    for (int i = 0; i < round.batches(); i++) {
      int batch = round.firstBatch() + i;
      long started = System.nanoTime();
      shardLoss = new double[data.size()];
      shardSquares = new double[data.size()];
      correct = 0;

      allReduce.begin(subtree -> hasSamples(batch, subtree));
      sums.compute(shard -> backpropagate(batch, shard), allReduce::offer); // 5, 1-3
      double regularization = replica.regularization();
      clock.lap(Step.OTHER);
      allReduce.finish(replica.gradient()); // 4
      long reduceNanos = clock.lap(Step.REDUCE);
      double learningRate = replica.learningRate();
      WeightUpdate.Norms norms = replica.update(round.order().batchSamples(batch), clock); // 4

      seen.add(
          new IterationSeen(
              shardLoss,
              shardSquares,
              correct,
              regularization,
              learningRate,
              norms.gradient(),
              norms.update(),
              System.nanoTime() - started,
              reduceNanos));
      progress.at(round.iteration(batch) + 1, shardLoss, round.order(), batch);
      if (!norms.isFinite()) {
        diverged = true;
        return; // every replica has the same bits, so all stop here
      }
    }
    if (round.endsEpoch()) {
      replica.epochDone();
    }
  }

  /** Steps 5, 1, 2 and 3 for one shard; false where it has no sample in the batch. */
  private boolean backpropagate(int batch, int shard) {
    int own = shard - shards.from();
    TrainingBatch microBatch = feed.next(batch, own);
    clock.lap(Step.DATA);
    if (microBatch == null) {
      return false;
    }
    Score score = replica.backpropagate(microBatch, round.iteration(batch), shard, clock);
    shardLoss[own] = score.loss();
    shardSquares[own] = replica.gradientSquare();
    correct += score.correct();
    return true;
  }

  private boolean hasSamples(int batch, Node subtree) {
    SampleOrder order = round.order();
    for (int shard = subtree.from(); shard < subtree.to(); shard++) {
      if (order.share(batch, shard).size() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Closes the round: validation where the epoch has ended, and what to bring back. */
  WorkerReport report(int worker) {
    WorkerReport.ShardScore[] validation =
        round.endsEpoch() && !diverged
            ? ValidationPass.over(data, replica, progress::alive)
            : new WorkerReport.ShardScore[0];
    NetworkState state = replica.state();
    String sha256 = state.sha256();
    LastState.keep(sha256, state);
    return new WorkerReport(
        worker,
        shards.from(),
        seen.toArray(IterationSeen[]::new),
        validation,
        replica.regularization(),
        clock.times(),
        sha256,
        worker == 0 ? state : null);
  }

  /**
   * Gives the round's vectors back at once. For a round that has succeeded, so that nobody reads
   * them any more: of one that fails they are the garbage collector's.
   */
  void free() {
    sums.free();
    allReduce.free();
    replica.free();
  }

  @Override
  public void close() {
    feed.close();
  }
}
