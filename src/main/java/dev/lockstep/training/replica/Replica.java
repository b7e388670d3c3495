package dev.lockstep.training.replica;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.network.TrainableNetwork;
import dev.lockstep.plan.SplitMix64;
import dev.lockstep.training.replica.update.GradientSegments;
import dev.lockstep.training.replica.update.WeightUpdate;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A worker's copy of the network: gradient sum out, weight update in. All replicas start from one
 * state and apply the same updates, so they stay the same to the bit.
 *
 * <p>Belongs to the thread that made it: DL4J's random generator is the thread's.
 */
public final class Replica {
  private final TrainableNetwork network;
  private final BatchFormat format;
  private final long seed;
  private final FlatVector gradient;
  private final BatchGradient batchGradient;
  private final List<INDArray> meanedSegments;
  private final WeightUpdate weightUpdate;
  private final UpdateHook hook;
  private final SquaredNorm squaredNorm;

  public Replica(Blueprint blueprint, BatchFormat format, NetworkState state, long seed) {
    this.network = blueprint.build(state);
    this.format = format.suited(network);
    this.seed = seed;
    this.gradient = FlatVector.of(network.gradient());
    this.batchGradient = format.gradient(network);
    this.meanedSegments = GradientSegments.meaned(network);
    this.weightUpdate = WeightUpdate.of(network);
    this.hook = format.hook();
    this.squaredNorm = new SquaredNorm(GradientSegments.summed(network));
  }

  /**
   * The flat gradient: after {@link #backpropagate} a micro-batch's sum, before {@link #update} the
   * batch's.
   */
  public FlatVector gradient() {
    return gradient;
  }

  /**
   * Steps 1 to 3: forward pass, loss, backpropagation. Dropout draws from the stream (seed,
   * iteration, shard), whichever worker runs it. What DL4J does not divide by the batch size (batch
   * norm's running statistics) is weighted by the samples, so that a sum over shards is a weighted
   * mean once divided.
   */
  public BatchGradient.Score backpropagate(
      TrainingBatch batch, int iteration, int shard, StepClock clock) {
    hook.beforeUpdate(batch, network.model());
    long stream = SplitMix64.of(seed, iteration, shard).next();
    BatchGradient.Score score = batchGradient.compute(batch, stream, clock);
    meanedSegments.forEach(segment -> segment.muli(batch.samples()));
    return score;
  }

  /**
   * The squared norm of a micro-batch's gradient sum, after {@link #backpropagate}: of what is a
   * sum over samples, so without batch norm's running statistics.
   */
  public double gradientSquare() {
    return squaredNorm.ofPresent();
  }

  /**
   * Step 4: one weight update from the sum over the whole batch, the updater's formula and order of
   * regularization, clipping, schedules and layers' constraints being DL4J's.
   *
   * @param samples in the whole batch
   */
  public WeightUpdate.Norms update(int samples, StepClock clock) {
    WeightUpdate.Norms norms = weightUpdate.apply(samples);
    network.count(network.iteration() + 1, network.epoch());
    network.model().applyConstraints(network.iteration(), network.epoch());
    hook.afterUpdate(network.model());
    clock.lap(StepClock.Step.UPDATE);
    return norms;
  }

  /** The learning rate of the next update: the first updater's that has one, else NaN. */
  public double learningRate() {
    return network.learningRate();
  }

  /** The loss that L1 and L2 add to a batch's mean. */
  public double regularization() {
    return network.regularization();
  }

  /** Loss and right answers of samples that are not trained on. */
  public BatchGradient.Score evaluate(TrainingBatch batch) {
    TrainableNetwork.Prediction prediction = network.predict(batch.examples());
    int correct = batch.correct(prediction::outputs);
    return new BatchGradient.Score(prediction.loss(), correct);
  }

  /** What the samples are. */
  public BatchFormat format() {
    return format;
  }

  /**
   * Gives the network's memory back at once; a network that a hook has seen is left to the garbage
   * collector, as the hook may have kept it.
   */
  public void free() {
    if (hook == UpdateHook.NONE) {
      network.free();
    }
  }

  /** Counts a complete pass over the training set. */
  public void epochDone() {
    network.count(network.iteration(), network.epoch() + 1);
  }

  /** A copy of parameters, updater state and counts. */
  public NetworkState state() {
    return network.state();
  }
}
