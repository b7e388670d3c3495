package dev.lockstep.training.replica.update;

import org.nd4j.linalg.learning.config.Sgd;

/** u = rate g. */
final class SgdRule implements Rule {
  private final Sgd settings;
  private float rate;

  SgdRule(Sgd settings) {
    this.settings = settings;
  }

  @Override
  public void prepare(int iteration, int epoch) {
    rate = (float) settings.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[][] state, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] *= rate;
    }
  }
}
