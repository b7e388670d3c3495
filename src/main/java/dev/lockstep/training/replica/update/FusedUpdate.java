package dev.lockstep.training.replica.update;

import dev.lockstep.network.TrainableNetwork;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The whole update in one pass over memory: mean, norms, regularization, updater and weights, chunk
 * by chunk in the cache, on DL4J's own flat vectors. DL4J makes a pass for each of them.
 */
final class FusedUpdate implements WeightUpdate {
  private static final int CHUNK = 2048; // floats: five arrays of 8 KB stay in the first caches

  private final TrainableNetwork network; // owns the buffers' memory
  private final List<Block> blocks;
  private final FloatBuffer parameters;
  private final FloatBuffer gradient;
  private final FloatBuffer state;
  private final float[] p = new float[CHUNK];
  private final float[] g = new float[CHUNK];
  private final float[][] moments = new float[2][CHUNK];
  private final SquareSum gradientSquares = new SquareSum(CHUNK);
  private final SquareSum updateSquares = new SquareSum(CHUNK);

  FusedUpdate(TrainableNetwork network) {
    this.network = network;
    this.blocks = blocks(network).stream().map(Block::of).toList();
    this.parameters = buffer(network.parameters());
    this.gradient = buffer(network.gradient());
    INDArray view = network.updater().getStateViewArray();
    this.state = view == null ? FloatBuffer.allocate(0) : buffer(view);
  }

  /** Known updaters, L1, L2 and weight decay; no clipping. */
  static boolean supports(TrainableNetwork network) {
    return network.parameters().dataType() == DataType.FLOAT
        && network.model().conf().isMiniBatch()
        && network.parts().allMatch(FusedUpdate::isUnclipped)
        && blocks(network).stream().allMatch(FusedUpdate::isKnown);
  }

  private static boolean isUnclipped(UpdaterBlock.ParamState part) {
    GradientNormalization clipping = part.getLayer().getConfig().getGradientNormalization();
    return clipping == null || clipping == GradientNormalization.None;
  }

  private static boolean isKnown(UpdaterBlock block) {
    return !block.isPretrainUpdaterBlock()
        && Rules.of(block.getGradientUpdater().getConfig()).isPresent()
        && block.getLayersAndVariablesInBlock().stream()
            .map(part -> part.getLayer().getConfig().getRegularizationByParam(part.getParamName()))
            .allMatch(terms -> Penalty.of(terms).isPresent());
  }

  private static List<UpdaterBlock> blocks(TrainableNetwork network) {
    return network.updater().getUpdaterBlocks();
  }

  private static FloatBuffer buffer(INDArray flat) {
    if (flat.offset() != 0 || flat.length() != flat.data().length()) {
      throw new IllegalArgumentException("Unsupported array: a view (must own its buffer)");
    }
    return new FloatPointer(flat.data().pointer()).capacity(flat.length()).asBuffer();
  }

  @Override
  public Norms apply(int samples) {
    int iteration = network.iteration();
    int epoch = network.epoch();
    for (Block block : blocks) {
      block.rule().prepare(iteration, epoch);
      Moment moment = block.moment(iteration, epoch);
      for (Stretch stretch : block.stretches()) {
        for (int from = stretch.from(); from < stretch.to(); from += CHUNK) {
          int count = Math.min(CHUNK, stretch.to() - from);
          update(block, stretch, moment, new Chunk(from, count, samples));
        }
      }
    }
    return new Norms(gradientSquares.takeRoot(), updateSquares.takeRoot());
  }

  private record Chunk(int from, int count, int samples) {}

  private void update(Block block, Stretch stretch, Moment moment, Chunk chunk) {
    int count = chunk.count();
    parameters.get(chunk.from(), p, 0, count);
    gradient.get(chunk.from(), g, 0, count);
    for (int i = 0; i < block.moments(); i++) {
      state.get(block.stateOf(chunk.from(), i), moments[i], 0, count);
    }
    divide(g, chunk.samples(), count);
    if (stretch.counted()) {
      gradientSquares.add(g, count);
    }
    stretch.penalty().before(moment, g, p, count);
    block.rule().apply(g, moments, count);
    stretch.penalty().after(moment, g, p, count);
    if (stretch.counted()) {
      updateSquares.add(g, count);
    }
    subtract(p, g, count);
    parameters.put(chunk.from(), p, 0, count);
    for (int i = 0; i < block.moments(); i++) {
      state.put(block.stateOf(chunk.from(), i), moments[i], 0, count);
    }
  }

  private static void divide(float[] values, float divisor, int count) {
    for (int i = 0; i < count; i++) {
      values[i] /= divisor;
    }
  }

  private static void subtract(float[] from, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      from[i] -= values[i];
    }
  }
}
