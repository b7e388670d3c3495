package dev.lockstep.training.replica;

import dev.lockstep.config.Task;
import dev.lockstep.network.Examples;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.training.shard.SampleBlock;
import dev.lockstep.training.shard.ShardBlock;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One shard's share of a batch, assembled by index into arrays that are used again.
 *
 * <p>Features [samples, features] and labels [samples, outputs], float32; labels are one-hot for
 * several classes.
 */
public final class MicroBatch implements TrainingBatch {
  private final NetworkShape shape;
  private final int labelWidth;
  private final INDArray features;
  private final FloatBuffer featureValues;
  private final FloatPointer featureMemory;
  private final float[] targets;
  private INDArray labels;
  private boolean labelsAreCurrent;

  public MicroBatch(NetworkShape shape, int samples) {
    this(shape, shape.outputs(), samples);
  }

  /**
   * @param labelWidth of a row of labels: 1 for a network that takes the numbers of classes
   */
  MicroBatch(NetworkShape shape, int labelWidth, int samples) {
    this.shape = shape;
    this.labelWidth = labelWidth;
    this.features = Nd4j.zeros(samples, shape.features());
    this.featureValues = values(features);
    this.featureMemory = new FloatPointer(features.data().pointer());
    this.targets = new float[samples];
  }

  @Override
  public MicroBatch fill(SampleBlock samples, int[] indices, int from) {
    ShardBlock block = (ShardBlock) samples;
    // Labels first: short loads that the processor overlaps, and each brings its row's page near.
    for (int row = 0; row < targets.length; row++) {
      targets[row] = block.label(indices[from + row]);
    }
    int width = shape.features();
    for (int row = 0; row < targets.length; row++) {
      block.features(indices[from + row], featureValues, row * width);
    }
    labelsAreCurrent = false;
    return this;
  }

  @Override
  public int samples() {
    return targets.length;
  }

  public INDArray features() {
    return features;
  }

  /** Made when first asked for: most networks read {@link #targets} alone. */
  public INDArray labels() {
    if (labels == null) {
      labels = Nd4j.zeros(targets.length, labelWidth);
    }
    if (!labelsAreCurrent) {
      fillLabels(values(labels));
      labelsAreCurrent = true;
    }
    return labels;
  }

  @Override
  public Examples examples() {
    return Examples.of(features, labels());
  }

  /** The features where they lie, row-major. */
  FloatPointer featureMemory() {
    return featureMemory;
  }

  /** The labels as they came, one a sample: the class, or the real value. */
  float[] targets() {
    return targets;
  }

  @Override
  public int correct(Supplier<List<INDArray>> outputs) {
    if (shape.task() == Task.REGRESSION) {
      return 0;
    }
    return correct(outputs.get().get(0).dup('c').data().asFloat());
  }

  /** The same of the network's one output [samples, outputs], row-major. */
  int correct(float[] values) {
    if (shape.task() == Task.REGRESSION) {
      return 0;
    }
    int correct = 0;
    for (int row = 0; row < targets.length; row++) {
      if (predicted(values, row) == (int) targets[row]) {
        correct++;
      }
    }
    return correct;
  }

  private int predicted(float[] values, int row) {
    if (shape.task() == Task.BINARY) {
      return values[row] > 0.5f ? 1 : 0;
    }
    int best = row * shape.outputs();
    for (int k = best + 1; k < (row + 1) * shape.outputs(); k++) {
      best = values[k] > values[best] ? k : best;
    }
    return best - row * shape.outputs();
  }

  private void fillLabels(FloatBuffer values) {
    if (shape.task() != Task.MULTICLASS || labelWidth == 1) {
      values.put(0, targets);
      return;
    }
    labels.assign(0);
    for (int row = 0; row < targets.length; row++) {
      values.put(row * labelWidth + (int) targets[row], 1f);
    }
  }

  private static FloatBuffer values(INDArray array) {
    return FlatVector.of(array).bytes().order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
