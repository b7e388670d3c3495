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
  private final FloatBuffer featureValues;
  private final FloatPointer featureMemory;
  private final float[] targets;
  private INDArray labels;
  private boolean labelsAreCurrent;

  public MicroBatch(NetworkShape shape, int samples) {
    this.shape = shape;
    this.features = Nd4j.zeros(samples, shape.features());
    this.featureValues = values(features);
    this.featureMemory = new FloatPointer(features.data().pointer());
    this.targets = new float[samples];
  }

  /** Takes the samples at {@code indices[from]} and the next ones. */
  public MicroBatch fill(ShardBlock block, int[] indices, int from) {
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

  public int samples() {
    return targets.length;
  }

  public INDArray features() {
    return features;
  }

  /** Made when first asked for: most networks read {@link #targets} alone. */
  public INDArray labels() {
    if (labels == null) {
      labels = Nd4j.zeros(targets.length, shape.outputs());
    }
    if (!labelsAreCurrent) {
      fillLabels(values(labels));
      labelsAreCurrent = true;
    }
    return labels;
  }

  /** Features and labels as DL4J takes them. */
  Examples examples() {
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

  private void fillLabels(FloatBuffer values) {
    if (shape.task() != Task.MULTICLASS) {
      values.put(0, targets);
      return;
    }
    labels.assign(0);
    for (int row = 0; row < targets.length; row++) {
      values.put(row * shape.outputs() + (int) targets[row], 1f);
    }
  }

  private static FloatBuffer values(INDArray array) {
    return FlatVector.of(array).bytes().order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
