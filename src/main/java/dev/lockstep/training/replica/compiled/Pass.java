package dev.lockstep.training.replica.compiled;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Forward pass, loss and backpropagation for one size of micro-batch; no allocation. Lives as long
 * as its {@link CompiledNetwork}.
 */
public final class Pass {
  private final InputPort input;
  private final List<Stage> stages;
  private final int lastStageBack;
  private final Head head;

  /**
   * @param lastStageBack the first stage that has parameters: backpropagation ends with it
   */
  Pass(InputPort input, List<Stage> stages, int lastStageBack, Head head) {
    this.input = input;
    this.stages = stages;
    this.lastStageBack = lastStageBack;
    this.head = head;
  }

  /**
   * @param features [samples, width], row-major
   * @param seed of the micro-batch, for dropout
   * @return the network's outputs [samples, outputs], row-major; valid until the next call
   */
  public float[] forward(FloatPointer features, long seed) {
    input.accept(features);
    for (Stage stage : stages) {
      stage.forward(seed);
    }
    return head.forward();
  }

  /**
   * Leaves the gradient's sum over the samples of the last forward pass in the flat gradient.
   *
   * @param labels one a sample: the class, or the real value
   * @return the loss, summed over the samples
   */
  public double backward(float[] labels) {
    double loss = head.backward(labels);
    for (int i = stages.size() - 1; i >= lastStageBack; i--) {
      stages.get(i).backward();
    }
    return loss;
  }
}
