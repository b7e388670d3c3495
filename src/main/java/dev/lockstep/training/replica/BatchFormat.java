package dev.lockstep.training.replica;

import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.TrainableNetwork;
import dev.lockstep.training.shard.ExampleSet;
import java.io.Serializable;

/** What the samples of a training set are, and so what batches are made of. */
public sealed interface BatchFormat extends Serializable {

  /** Prepared rows: a flat vector and a label each. */
  static BatchFormat rows(NetworkShape shape) {
    return new Rows(shape, shape.outputs());
  }

  /**
   * Examples of any inputs and outputs, each array of its own shape, masks and all; rows where they
   * are rows, which train faster.
   */
  static BatchFormat of(ExampleSet training, ExampleSet validation) {
    return training.rowShape(validation).map(BatchFormat::rows).orElseGet(General::new);
  }

  /** The same samples, watched by {@code hook} where they are trained on. */
  default BatchFormat observedBy(UpdateHook hook) {
    return new Observed(this, hook);
  }

  /** Watches the updates. */
  default UpdateHook hook() {
    return UpdateHook.NONE;
  }

  /** This format as the network takes it. */
  BatchFormat suited(TrainableNetwork network);

  /** An empty batch. */
  TrainingBatch batch(int samples);

  /** The way to the gradient: the network and this format alone decide. */
  BatchGradient gradient(TrainableNetwork network);

  /**
   * See {@link #rows}.
   *
   * @param labelWidth of a row of labels: K where they are one-hot, else 1
   */
  record Rows(NetworkShape shape, int labelWidth) implements BatchFormat {
    @Override
    public BatchFormat suited(TrainableNetwork network) {
      return network.takesClassNumbers() ? new Rows(shape, 1) : this;
    }

    @Override
    public TrainingBatch batch(int samples) {
      return new MicroBatch(shape, labelWidth, samples);
    }

    @Override
    public BatchGradient gradient(TrainableNetwork network) {
      return CompiledGradient.supports(network)
          ? new CompiledGradient(network)
          : new Dl4jGradient(network);
    }
  }

  /** See {@link #of}. */
  record General() implements BatchFormat {
    @Override
    public BatchFormat suited(TrainableNetwork network) {
      return this;
    }

    @Override
    public TrainingBatch batch(int samples) {
      return new ExampleBatch(samples);
    }

    @Override
    public BatchGradient gradient(TrainableNetwork network) {
      return new Dl4jGradient(network);
    }
  }

  /** See {@link #observedBy}. */
  record Observed(BatchFormat format, UpdateHook hook) implements BatchFormat {
    @Override
    public BatchFormat suited(TrainableNetwork network) {
      return new Observed(format.suited(network), hook);
    }

    @Override
    public TrainingBatch batch(int samples) {
      return format.batch(samples);
    }

    @Override
    public BatchGradient gradient(TrainableNetwork network) {
      return format.gradient(network);
    }
  }
}
