package dev.lockstep.training.replica.update;

import org.nd4j.linalg.learning.config.AdaGrad;

/** h = h + g^2, u = rate g / (sqrt(h) + epsilon). */
final class AdaGradRule implements Rule {
  private final AdaGrad settings;
  private final float epsilon;
  private float rate;

  AdaGradRule(AdaGrad settings) {
    this.settings = settings;
    this.epsilon = (float) settings.getEpsilon();
  }

  @Override
  public void prepare(int iteration, int epoch) {
    rate = (float) settings.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[][] state, int count) {
    float[] h = state[0];
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      float sum = h[i] + g * g;
      h[i] = sum;
      gradient[i] = rate * g / ((float) Math.sqrt(sum) + epsilon);
    }
  }
}
