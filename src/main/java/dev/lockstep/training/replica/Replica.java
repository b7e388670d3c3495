package dev.lockstep.training.replica;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.NetworkState;
import dev.lockstep.network.OutputLayerView;
import dev.lockstep.plan.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A worker's copy of the network: gradient sum out, weight update in. All replicas start from one
 * state and apply the same updates, so they stay the same to the bit.
 *
 * <p>Belongs to the thread that made it: DL4J's random generator is the thread's.
 */
public final class Replica {
  private final MultiLayerNetwork network;
  private final NetworkShape shape;
  private final long seed;
  private final FlatVector gradient;
  private final Gradient gradientViews;
  private final BatchGradient batchGradient;
  private final OutputLayerView output;
  private final List<INDArray> meanedSegments;
  private final List<INDArray> summedSegments;
  private final LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();

  public Replica(Blueprint blueprint, NetworkShape shape, NetworkState state, long seed) {
    this.network = blueprint.build(state);
    this.shape = shape;
    this.seed = seed;
    this.gradient = FlatVector.of(network.getFlattenedGradients());
    this.gradientViews = views(network);
    this.batchGradient = new Dl4jGradient(network);
    this.output = new OutputLayerView(network);
    this.meanedSegments = segments(false);
    this.summedSegments = segments(true);
  }

  /** The norms of one weight update. */
  public record Norms(double gradient, double update) {
    public boolean isFinite() {
      return Double.isFinite(gradient) && Double.isFinite(update);
    }
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
      MicroBatch batch, int iteration, int shard, StepClock clock) {
    Nd4j.getRandom().setSeed(nonZero(SplitMix64.of(seed, iteration, shard).next()));
    BatchGradient.Score score = batchGradient.compute(batch, clock);
    meanedSegments.forEach(segment -> segment.muli(batch.samples()));
    return score;
  }

  /**
   * Step 4: one weight update from the sum over the whole batch, the updater's formula and order of
   * regularization, clipping and schedules being DL4J's.
   *
   * @param samples in the whole batch
   */
  public Norms update(int samples, StepClock clock) {
    double gradientNorm = norm(summedSegments) / samples;
    clock.lap(StepClock.Step.OTHER);
    meanedSegments.forEach(segment -> segment.divi(samples));
    var counts = network.getLayerWiseConfigurations();
    network
        .getUpdater()
        .update(
            network,
            gradientViews,
            counts.getIterationCount(),
            counts.getEpochCount(),
            samples,
            workspaces);
    network.params().subi(gradient.array());
    counts.setIterationCount(counts.getIterationCount() + 1);
    clock.lap(StepClock.Step.UPDATE);
    double updateNorm = norm(summedSegments);
    clock.lap(StepClock.Step.OTHER);
    return new Norms(gradientNorm, updateNorm);
  }

  /** The learning rate of the next update: the first layer's that has one. */
  public double learningRate() {
    for (int index = 0; index < network.getnLayers(); index++) {
      Double rate = network.getLearningRate(index);
      if (rate != null) {
        return rate;
      }
    }
    return Double.NaN;
  }

  /** The loss that L1 and L2 add to a batch's mean. */
  public double regularization() {
    return network.calcRegularizationScore(true);
  }

  /** Loss and right answers of samples that are not trained on. */
  public BatchGradient.Score evaluate(MicroBatch batch) {
    INDArray hidden = output.hidden(batch.features());
    int correct = batch.correct(output.outputs(hidden));
    double mean = output.loss(hidden, batch.labels());
    return new BatchGradient.Score(mean * batch.samples(), correct);
  }

  public NetworkShape shape() {
    return shape;
  }

  /** Counts a complete pass over the training set. */
  public void epochDone() {
    var counts = network.getLayerWiseConfigurations();
    counts.setEpochCount(counts.getEpochCount() + 1);
  }

  /** A copy of parameters, updater state and counts. */
  public NetworkState state() {
    return Blueprint.stateOf(network);
  }

  private static double norm(List<INDArray> segments) {
    double squares = 0;
    for (INDArray segment : segments) {
      double norm = segment.norm2Number().doubleValue();
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }

  private static long nonZero(long value) {
    return value == 0 ? 1 : value;
  }

  /** The gradient under the names that DL4J's updater looks for, all views of the flat one. */
  private static Gradient views(MultiLayerNetwork network) {
    Gradient views = new DefaultGradient(network.getFlattenedGradients());
    for (int index = 0; index < network.getnLayers(); index++) {
      Layer layer = network.getLayer(index);
      if (layer.numParams() > 0) {
        Map<String, INDArray> ofLayer =
            layer
                .conf()
                .getLayer()
                .initializer()
                .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
        for (Map.Entry<String, INDArray> entry : ofLayer.entrySet()) {
          views.setGradientFor(index + "_" + entry.getKey(), entry.getValue());
        }
      }
    }
    return views;
  }

  /**
   * The stretches of the flat gradient that DL4J divides by the batch size, or those it does not.
   */
  private List<INDArray> segments(boolean divided) {
    List<INDArray> segments = new ArrayList<>();
    long start = 0;
    long position = 0;
    for (Layer layer : network.getLayers()) {
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        long next = position + parameter.getValue().length();
        if (layer.updaterDivideByMinibatch(parameter.getKey()) != divided) {
          addSegment(segments, start, position);
          start = next;
        }
        position = next;
      }
    }
    addSegment(segments, start, position);
    return segments;
  }

  private void addSegment(List<INDArray> segments, long from, long to) {
    if (to > from) {
      segments.add(gradient.array().get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)));
    }
  }
}
