package dev.lockstep.training.replica;

import dev.lockstep.training.shard.ExampleArray;
import java.util.Arrays;
import java.util.Objects;

/** Which masks the examples of a batch get. */
final class Masks {
  private Masks() {}

  /**
   * Whether a batch needs masks for one of its arrays: an example has one, or sequences have to be
   * padded.
   *
   * @param masked that array of each example
   * @param given the masks that came with them, null where there is none
   */
  static boolean areNeeded(ExampleArray[] masked, ExampleArray[] given) {
    return Arrays.stream(given).anyMatch(Objects::nonNull)
        || (masked[0].isSequence()
            && Arrays.stream(masked).mapToInt(ExampleArray::lastSize).distinct().count() > 1);
  }

  /** A mask for each example: the one that came with it, or ones. */
  static ExampleArray[] complete(ExampleArray[] masked, ExampleArray[] given) {
    ExampleArray[] masks = given.clone();
    ExampleArray form = Arrays.stream(given).filter(Objects::nonNull).findFirst().orElse(null);
    for (int row = 0; row < masks.length; row++) {
      if (masks[row] == null) {
        masks[row] = ones(shape(masked[row], form));
      }
    }
    return masks;
  }

  /**
   * One number a time step for sequences; for other arrays, and where others of the batch have a
   * mask for each output, as those have it.
   */
  private static int[] shape(ExampleArray masked, ExampleArray form) {
    if (!masked.isSequence()) {
      return form.shape();
    }
    return form != null && form.isSequence() ? masked.shape() : new int[] {masked.lastSize()};
  }

  private static ExampleArray ones(int[] shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, 1);
    return new ExampleArray(shape, values);
  }
}
