package dev.lockstep.training.shard;

import dev.lockstep.config.Task;
import dev.lockstep.network.NetworkShape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is known of some examples after one pass over them. A class, not a record, because Spark may
 * have to write it with Kryo 4.
 */
final class ExampleCensus implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeSet<String> forms = new TreeSet<>();
  private long count;
  private boolean flat = true;
  private boolean oneHot = true;
  private int width;
  private int outputs;

  void add(Example example) {
    count++;
    forms.add(example.form());
    flat &= isFlat(example);
    if (flat) {
      float[] label = example.labels()[0].values();
      oneHot &= isOneHot(label);
      width = example.features()[0].lastSize();
      outputs = label.length;
    }
  }

  void add(ExampleCensus other) {
    if (other.count > 0) {
      count += other.count;
      forms.addAll(other.forms);
      flat &= other.flat;
      oneHot &= other.oneHot;
      width = other.width;
      outputs = other.outputs;
    }
  }

  long count() {
    return count;
  }

  /** Examples that differ in more than their sequences' time steps would make no batch. */
  void checkForms() {
    if (forms.size() > 1) {
      throw new IllegalArgumentException(
          "Invalid examples: "
              + forms.first()
              + " and "
              + forms.last()
              + " (must be the same but for the time steps of sequences)");
    }
  }

  /**
   * The shape of the rows that the examples are, where they are: a flat vector each, and a label
   * that is one number or one class.
   */
  Optional<NetworkShape> rowShape() {
    if (count == 0 || !flat) {
      return Optional.empty();
    }
    if (outputs == 1) {
      return Optional.of(new NetworkShape(Task.REGRESSION, width, 1));
    }
    return oneHot
        ? Optional.of(new NetworkShape(Task.MULTICLASS, width, outputs))
        : Optional.empty();
  }

  private static boolean isFlat(Example example) {
    return example.features().length == 1
        && example.labels().length == 1
        && example.features()[0].shape().length == 1
        && example.labels()[0].shape().length == 1
        && Arrays.stream(example.featureMasks()).allMatch(Objects::isNull)
        && Arrays.stream(example.labelMasks()).allMatch(Objects::isNull);
  }

  private static boolean isOneHot(float[] label) {
    int ones = 0;
    for (float value : label) {
      if (value == 1) {
        ones++;
      } else if (value != 0) {
        return false;
      }
    }
    return ones == 1;
  }
}
