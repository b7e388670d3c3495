package dev.lockstep.training.replica;

import dev.lockstep.network.Examples;
import dev.lockstep.training.shard.Example;
import dev.lockstep.training.shard.ExampleArray;
import dev.lockstep.training.shard.ExampleBlock;
import dev.lockstep.training.shard.SampleBlock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch of examples of any inputs and outputs. Sequences are padded with zeros to the longest of
 * the batch, and masks made where that is needed: 1 for a time step that is there, 0 for one that
 * is padding, as DL4J's own merging of data sets has it. So what a batch is depends on its samples
 * alone.
 */
final class ExampleBatch implements TrainingBatch {
  private final Example[] examples;
  private StackedArray[] features = {};
  private StackedArray[] labels = {};
  private StackedArray[] featureMasks = {};
  private StackedArray[] labelMasks = {};

  ExampleBatch(int samples) {
    this.examples = new Example[samples];
  }

  @Override
  public int samples() {
    return examples.length;
  }

  @Override
  public ExampleBatch fill(SampleBlock block, int[] indices, int from) {
    for (int row = 0; row < examples.length; row++) {
      examples[row] = ((ExampleBlock) block).example(indices[from + row]);
    }
    return this;
  }

  @Override
  public Examples examples() {
    if (features.length == 0) {
      features = arrays(examples[0].features().length);
      featureMasks = arrays(examples[0].features().length);
      labels = arrays(examples[0].labels().length);
      labelMasks = arrays(examples[0].labels().length);
    }
    return new Examples(
        stacked(features, Example::features),
        stacked(labels, Example::labels),
        masks(featureMasks, Example::features, Example::featureMasks),
        masks(labelMasks, Example::labels, Example::labelMasks));
  }

  /** A loss says how well examples of any outputs are learned; right and wrong does not. */
  @Override
  public int correct(Supplier<List<INDArray>> outputs) {
    return 0;
  }

  private static StackedArray[] arrays(int count) {
    StackedArray[] arrays = new StackedArray[count];
    Arrays.setAll(arrays, index -> new StackedArray());
    return arrays;
  }

  private INDArray[] stacked(StackedArray[] arrays, Function<Example, ExampleArray[]> part) {
    INDArray[] stacked = new INDArray[arrays.length];
    for (int index = 0; index < arrays.length; index++) {
      stacked[index] = arrays[index].of(column(part, index));
    }
    return stacked;
  }

  private INDArray[] masks(
      StackedArray[] arrays,
      Function<Example, ExampleArray[]> part,
      Function<Example, ExampleArray[]> maskOfPart) {
    INDArray[] masks = new INDArray[arrays.length];
    for (int index = 0; index < arrays.length; index++) {
      ExampleArray[] masked = column(part, index);
      ExampleArray[] given = column(maskOfPart, index);
      if (Masks.areNeeded(masked, given)) {
        masks[index] = arrays[index].of(Masks.complete(masked, given));
      }
    }
    return masks;
  }

  private ExampleArray[] column(Function<Example, ExampleArray[]> part, int index) {
    return Arrays.stream(examples)
        .map(example -> part.apply(example)[index])
        .toArray(ExampleArray[]::new);
  }
}
