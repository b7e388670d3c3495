package dev.lockstep.training.replica.compiled;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * Batch norm's running mean and variance. DL4J keeps them among the parameters and moves them by a
 * 'gradient' g, p := p - g, so that p becomes decay p + (1 - decay) (the batch's):
 *
 * <pre>
 * mean:           g = (1 - decay) (p - mean)
 * variance:       g = (1 - decay) (p - variance)
 * log10 of sigma: g = log10(v / (decay v + (1 - decay) variance)) / 2, with v = 10^(2p)
 * </pre>
 */
final class RunningStatistics {
  private final Weights weights;
  private final int meanOffset;
  private final int varianceOffset;
  private final double decay;
  private final boolean logarithmic;
  private final float[] current;
  private final float[] gradient;

  RunningStatistics(Weights weights, int features, BatchNormalization layer) {
    this.weights = weights;
    this.meanOffset = weights.offset() + 2 * features;
    this.varianceOffset = weights.offset() + 3 * features;
    this.decay = layer.getDecay();
    this.logarithmic = layer.isUseLogStd();
    this.current = new float[features];
    this.gradient = new float[features];
  }

  void backward(float[] mean, float[] variance) {
    linear(meanOffset, mean);
    if (logarithmic) {
      logarithmic(varianceOffset, variance);
    } else {
      linear(varianceOffset, variance);
    }
  }

  private void linear(int offset, float[] batch) {
    weights.parameters().read(offset, current);
    float share = (float) (1 - decay);
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = share * (current[j] - batch[j]);
    }
    weights.gradient().write(offset, gradient);
  }

  private void logarithmic(int offset, float[] variance) {
    weights.parameters().read(offset, current);
    for (int j = 0; j < gradient.length; j++) {
      double before = Math.pow(10, 2.0 * current[j]);
      double after = decay * before + (1 - decay) * variance[j];
      gradient[j] = (float) (Math.log10(before / after) / 2);
    }
    weights.gradient().write(offset, gradient);
  }
}
