package dev.lockstep.training.replica.update;

import org.nd4j.linalg.learning.config.RmsProp;

/** s = decay s + (1 - decay) g^2, u = rate g / (sqrt(s) + epsilon). */
final class RmsPropRule implements Rule {
  private final RmsProp settings;
  private final float decay;
  private final float epsilon;
  private float rate;

  RmsPropRule(RmsProp settings) {
    this.settings = settings;
    this.decay = (float) settings.getRmsDecay();
    this.epsilon = (float) settings.getEpsilon();
  }

  @Override
  public void prepare(int iteration, int epoch) {
    rate = (float) settings.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[][] state, int count) {
    float[] s = state[0];
    float rest = 1 - decay;
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      float mean = s[i] * decay + g * g * rest;
      s[i] = mean;
      gradient[i] = rate * g / ((float) Math.sqrt(mean) + epsilon);
    }
  }
}
