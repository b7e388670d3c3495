package dev.lockstep.training.shard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Takes DL4J's mini-batches apart into their examples. */
final class ExampleSplit {
  private ExampleSplit() {}

  /** The examples of a mini-batch, in their order. */
  static List<Example> examples(MultiDataSet batch) {
    if (batch.getFeatures() == null || batch.getLabels() == null) {
      throw new IllegalArgumentException(
          "Invalid data set: without features or labels (training needs both)");
    }
    List<ExampleArray[]> features = rows(batch.getFeatures(), null);
    List<ExampleArray[]> labels = rows(batch.getLabels(), null);
    List<ExampleArray[]> featureMasks = rows(batch.getFeaturesMaskArrays(), batch.getFeatures());
    List<ExampleArray[]> labelMasks = rows(batch.getLabelsMaskArrays(), batch.getLabels());
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < features.size(); row++) {
      examples.add(
          new Example(
              features.get(row), labels.get(row), featureMasks.get(row), labelMasks.get(row)));
    }
    return examples;
  }

  /**
   * The arrays of each example.
   *
   * @param arrays [examples, …] each; null, or null in places, for masks that are not there
   * @param of what the masks are masks of; null where the arrays are no masks
   */
  private static List<ExampleArray[]> rows(INDArray[] arrays, INDArray[] of) {
    INDArray[] given = arrays == null ? new INDArray[of.length] : arrays;
    int count = Math.toIntExact((of == null ? given : of)[0].size(0));
    List<ExampleArray[]> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(new ExampleArray[given.length]);
    }
    for (int index = 0; index < given.length; index++) {
      if (given[index] != null) {
        split(given[index], index, rows);
      }
    }
    return rows;
  }

  private static void split(INDArray array, int index, List<ExampleArray[]> rows) {
    if (array.rank() < 2) {
      throw new IllegalArgumentException(
          "Invalid data set: array of rank "
              + array.rank()
              + " (must be [examples, values] or more)");
    }
    if (array.size(0) != rows.size()) {
      throw new IllegalArgumentException(
          "Invalid data set: arrays of "
              + rows.size()
              + " and of "
              + array.size(0)
              + " examples (must be of as many)");
    }
    long[] sizes = array.shape();
    int[] shape = Arrays.stream(sizes, 1, sizes.length).mapToInt(Math::toIntExact).toArray();
    int length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
    for (int row = 0; row < rows.size(); row++) {
      rows.get(row)[index] =
          new ExampleArray(shape, Arrays.copyOfRange(values, row * length, (row + 1) * length));
    }
  }
}
