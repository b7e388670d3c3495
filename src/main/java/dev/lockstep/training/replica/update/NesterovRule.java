package dev.lockstep.training.replica.update;

import org.nd4j.linalg.learning.config.Nesterovs;

/** v' = momentum v - rate g, u = momentum v - (1 + momentum) v'. */
final class NesterovRule implements Rule {
  private final Nesterovs settings;
  private float rate;
  private float momentum;

  NesterovRule(Nesterovs settings) {
    this.settings = settings;
  }

  @Override
  public void prepare(int iteration, int epoch) {
    rate = (float) settings.getLearningRate(iteration, epoch);
    momentum = (float) settings.currentMomentum(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[][] state, int count) {
    float[] v = state[0];
    for (int i = 0; i < count; i++) {
      float kept = momentum * v[i];
      float next = kept - rate * gradient[i];
      v[i] = next;
      gradient[i] = kept + (-momentum - 1) * next;
    }
  }
}
