package dev.lockstep.network;

import dev.lockstep.config.Task;
import java.io.Serializable;

/**
 * What the data ask of a network.
 *
 * @param task binary, multiclass or regression
 * @param features the width of an input row
 * @param classes K for multiclass; 2 for binary; 1 for regression
 */
public record NetworkShape(Task task, int features, int classes) implements Serializable {

  /**
   * The width of the output layer and of a row of labels: K, or 1 unit for binary and regression.
   */
  public int outputs() {
    return task == Task.MULTICLASS ? classes : 1;
  }
}
