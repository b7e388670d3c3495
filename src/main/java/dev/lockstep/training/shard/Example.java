package dev.lockstep.training.shard;

import java.io.Serializable;
import java.util.Arrays;

/**
 * One example of a network of any inputs and outputs. Masks are as many as the arrays that they
 * belong to, null where there is none. A class, not a record, because Spark may have to write it
 * with Kryo 4.
 */
public final class Example implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExampleArray[] features;
  private final ExampleArray[] labels;
  private final ExampleArray[] featureMasks;
  private final ExampleArray[] labelMasks;

  Example(
      ExampleArray[] features,
      ExampleArray[] labels,
      ExampleArray[] featureMasks,
      ExampleArray[] labelMasks) {
    this.features = features;
    this.labels = labels;
    this.featureMasks = featureMasks;
    this.labelMasks = labelMasks;
  }

  public ExampleArray[] features() {
    return features;
  }

  public ExampleArray[] labels() {
    return labels;
  }

  public ExampleArray[] featureMasks() {
    return featureMasks;
  }

  public ExampleArray[] labelMasks() {
    return labelMasks;
  }

  /** What all examples of a set have to have in common: all sizes but the sequences' time steps. */
  String form() {
    return "features " + forms(features) + ", labels " + forms(labels);
  }

  private static String forms(ExampleArray[] arrays) {
    return String.join(" ", Arrays.stream(arrays).map(Example::form).toList());
  }

  private static String form(ExampleArray array) {
    return array.isSequence() ? "[" + array.shape()[0] + ", time]" : Arrays.toString(array.shape());
  }
}
