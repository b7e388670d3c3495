package dev.lockstep.training.replica;

import dev.lockstep.training.shard.ExampleArray;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of examples on top of each other, [examples, …]: shorter ones are padded with zeros
 * along the last dimension. Its memory is used again while the sizes stay the same.
 */
final class StackedArray {
  private INDArray array;
  private FloatBuffer values;

  /** Valid until the next call. */
  INDArray of(ExampleArray[] examples) {
    int longest = Arrays.stream(examples).mapToInt(ExampleArray::lastSize).max().orElseThrow();
    reserve(shape(examples, longest));
    int position = 0;
    for (ExampleArray example : examples) {
      position = put(example, longest, position);
    }
    return array;
  }

  private int put(ExampleArray example, int longest, int start) {
    int length = example.lastSize();
    if (length == longest) {
      values.put(start, example.values());
      return start + example.values().length;
    }
    float[] padding = new float[longest - length];
    int position = start;
    for (int from = 0; from < example.values().length; from += length) {
      values.put(position, example.values(), from, length);
      values.put(position + length, padding);
      position += longest;
    }
    return position;
  }

  private static long[] shape(ExampleArray[] examples, int longest) {
    int[] first = examples[0].shape();
    long[] shape = new long[first.length + 1];
    shape[0] = examples.length;
    for (int i = 0; i < first.length; i++) {
      shape[i + 1] = first[i];
    }
    shape[first.length] = longest;
    return shape;
  }

  private void reserve(long[] shape) {
    if (array != null && Arrays.equals(array.shape(), shape)) {
      return;
    }
    if (array != null) {
      array.close();
    }
    array = Nd4j.zeros(shape);
    values = FlatVector.of(array).bytes().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
