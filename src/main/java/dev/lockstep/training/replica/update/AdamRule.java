package dev.lockstep.training.replica.update;

import org.nd4j.linalg.learning.config.Adam;

/**
 * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, u = step m / (sqrt(v) + epsilon),
 * with step = rate sqrt(1 - beta2^t) / (1 - beta1^t), t counted from 1 (Kingma and Ba 2015, arXiv
 * 1412.6980, end of section 2).
 */
final class AdamRule implements Rule {
  private final Adam settings;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float step;

  AdamRule(Adam settings) {
    this.settings = settings;
    this.beta1 = (float) settings.getBeta1();
    this.beta2 = (float) settings.getBeta2();
    this.epsilon = (float) settings.getEpsilon();
  }

  /**
   * The powers are rounded to float32 where DL4J's are: 1 - beta2 is small, so that shows in the
   * first steps.
   */
  @Override
  public void prepare(int iteration, int epoch) {
    float rate = (float) settings.getLearningRate(iteration, epoch);
    float power1 = (float) Math.pow(beta1, iteration + 1);
    float power2 = (float) Math.pow(beta2, iteration + 1);
    float root = (float) Math.sqrt((float) (1.0 - power2));
    step = (float) (rate * root / (1.0 - power1));
    if (step == 0 || !Float.isFinite(step)) {
      step = epsilon; // DL4J's way out
    }
  }

  @Override
  public void apply(float[] gradient, float[][] state, int count) {
    float[] m = state[0];
    float[] v = state[1];
    float rest1 = 1 - beta1;
    float rest2 = 1 - beta2;
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      float first = beta1 * m[i] + g * rest1;
      float second = beta2 * v[i] + g * g * rest2;
      m[i] = first;
      v[i] = second;
      gradient[i] = first * step / ((float) Math.sqrt(second) + epsilon);
    }
  }
}
