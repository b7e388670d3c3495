package dev.lockstep.training.replica;

import dev.lockstep.config.Task;
import dev.lockstep.network.Examples;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.training.shard.ShardBlock;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One shard's share of a batch, assembled by index into arrays that are used again.
 *
 * <p>Features [samples, features] and labels [samples, outputs], float32; labels are one-hot for
 * several classes.
 */
public final class MicroBatch {
  private final NetworkShape shape;
  private final INDArray features;
  private final INDArray labels;
  private final FloatBuffer featureValues;
  private final FloatBuffer labelValues;
  private final FloatPointer featureMemory;
  private final float[] targets;

  public MicroBatch(NetworkShape shape, int samples) {
    this.shape = shape;
    this.features = Nd4j.zeros(samples, shape.features());
    this.labels = Nd4j.zeros(samples, shape.outputs());
    this.featureValues = values(features);
    this.labelValues = values(labels);
    this.featureMemory = new FloatPointer(features.data().pointer());
    this.targets = new float[samples];
  }

  /** Takes the samples at {@code indices[from]} and the next ones. */
  public MicroBatch fill(ShardBlock block, int[] indices, int from) {
    float[] source = block.features();
    int width = shape.features();
    int outputs = shape.outputs();
    for (int row = 0; row < targets.length; row++) {
      int index = indices[from + row];
      featureValues.put(row * width, source, index * width, width);
      float label = block.labels()[index];
      if (shape.task() == Task.MULTICLASS) {
        labelValues.put(row * outputs + (int) targets[row], 0f);
        labelValues.put(row * outputs + (int) label, 1f);
      } else {
        labelValues.put(row, label);
      }
      targets[row] = label;
    }
    return this;
  }

  public int samples() {
    return targets.length;
  }

  public INDArray features() {
    return features;
  }

  public INDArray labels() {
    return labels;
  }

  /** Features and labels as DL4J takes them. */
  Examples examples() {
    return Examples.of(features, labels);
  }

  /** The features where they lie, row-major. */
  FloatPointer featureMemory() {
    return featureMemory;
  }

  /** The labels as they came, one a sample: the class, or the real value. */
  float[] targets() {
    return targets;
  }

  /**
   * How many rows of {@code outputs}, [samples, outputs], name the right class; 0 for regression.
   */
  int correct(INDArray outputs) {
    if (shape.task() == Task.REGRESSION) {
      return 0;
    }
    return correct(outputs.dup('c').data().asFloat());
  }

  /** The same of outputs in row-major order. */
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

  private static FloatBuffer values(INDArray array) {
    return FlatVector.of(array).bytes().order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
