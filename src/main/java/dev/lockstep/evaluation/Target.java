package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import java.io.Serializable;

/**
 * What is predicted.
 *
 * @param classes K for a classification (2 if binary), 0 for a regression
 */
public record Target(Task task, int classes) implements Serializable {
  private static final double ROUNDING = 1e-5;

  public Target {
    boolean valid =
        switch (task) {
          case BINARY -> classes == 2;
          case MULTICLASS -> classes >= 2;
          case REGRESSION -> classes == 0;
        };
    if (!valid) {
      throw new IllegalArgumentException(
          "Invalid number of classes: "
              + classes
              + " (2 if binary, 2 or more if multiclass, 0 if regression)");
    }
  }

  /**
   * The values that a row's prediction has, and a network's output units: K if multiclass, else 1.
   */
  public int width() {
    return task == Task.MULTICLASS ? classes : 1;
  }

  /**
   * The column that a scorer adds: {@code probability} (binary: double, of class 1; multiclass:
   * array&lt;double&gt; of K values) or {@code prediction} (regression: double).
   */
  public String predictionColumn() {
    return task == Task.REGRESSION ? "prediction" : "probability";
  }

  boolean admitsLabel(double label) {
    return task == Task.REGRESSION
        ? Math.abs(label) <= RegressionErrors.LARGEST
        : label >= 0 && label < classes && label == Math.rint(label);
  }

  /** Probabilities may miss 0 and 1 by their rounding. */
  boolean admitsPrediction(double value) {
    return task == Task.REGRESSION
        ? Math.abs(value) <= RegressionErrors.LARGEST
        : value >= -ROUNDING && value <= 1 + ROUNDING;
  }

  /** What a label must be, in words. */
  String labels() {
    return task == Task.REGRESSION ? "a number within 1e150" : "a class from 0 to " + (classes - 1);
  }

  /** What a prediction's values must be, in words. */
  String predictions() {
    return task == Task.REGRESSION ? "a number within 1e150" : "a probability";
  }
}
