package dev.lockstep.training.replica.compiled;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * y = gamma (x - mean) / sqrt(var + eps) + beta, with mean and variance of the micro-batch, feature
 * by feature (Ioffe and Szegedy 2015, arXiv 1502.03167). The flat vectors hold gamma, beta, the
 * running mean and the running variance (or log10 of the deviation), each [features].
 *
 * <p>The running statistics' 'gradients' are what to take off them, not divided by any count: see
 * {@link RunningStatistics}.
 */
final class BatchNorm implements Stage {
  private final Signal signal;
  private final Weights weights;
  private final RunningStatistics running;
  private final float epsilon;
  private final float[] gamma;
  private final float[] beta;
  private final float[] mean;
  private final float[] variance;
  private final float[] inverse;
  private final float[] normalized;
  private final float[] betaGradient;
  private final float[] gammaGradient;

  BatchNorm(Signal signal, Weights weights, BatchNormalization layer) {
    int features = signal.width();
    this.signal = signal;
    this.weights = weights;
    this.running = new RunningStatistics(weights, features, layer);
    this.epsilon = (float) layer.getEps();
    this.gamma = new float[features];
    this.beta = new float[features];
    this.mean = new float[features];
    this.variance = new float[features];
    this.inverse = new float[features];
    this.normalized = new float[signal.values().values.length];
    this.betaGradient = new float[features];
    this.gammaGradient = new float[features];
  }

  @Override
  public void forward(long seed) {
    weights.parameters().read(weights.offset(), gamma);
    weights.parameters().read(weights.offset() + gamma.length, beta);
    moments(signal.values().values);
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = (float) (1 / Math.sqrt(variance[j] + epsilon));
    }
    normalize(signal.values().values);
  }

  /** Mean and variance in two passes; leaves x - mean in {@code normalized}. */
  private void moments(float[] x) {
    float samples = signal.samples();
    Rows.sum(x, mean);
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= samples;
    }
    int width = mean.length;
    for (int start = 0; start < x.length; start += width) {
      for (int j = 0; j < width; j++) {
        normalized[start + j] = x[start + j] - mean[j];
      }
    }
    Rows.sumOfProducts(normalized, normalized, variance);
    for (int j = 0; j < variance.length; j++) {
      variance[j] /= samples;
    }
  }

  private void normalize(float[] y) {
    int width = mean.length;
    for (int start = 0; start < y.length; start += width) {
      for (int j = 0; j < width; j++) {
        float xHat = normalized[start + j] * inverse[j];
        normalized[start + j] = xHat;
        y[start + j] = xHat * gamma[j] + beta[j];
      }
    }
  }

  /**
   * dbeta = sum dy, dgamma = sum dy xHat, dx = gamma / sqrt(var + eps) (dy - dbeta / n - xHat
   * dgamma / n), sums over the n samples.
   */
  @Override
  public void backward() {
    float[] deltas = signal.deltas().values;
    Rows.sum(deltas, betaGradient);
    Rows.sumOfProducts(deltas, normalized, gammaGradient);
    weights.gradient().write(weights.offset(), gammaGradient);
    weights.gradient().write(weights.offset() + gamma.length, betaGradient);
    running.backward(mean, variance);
    float share = 1f / signal.samples();
    int width = mean.length;
    for (int start = 0; start < deltas.length; start += width) {
      for (int j = 0; j < width; j++) {
        float centred =
            deltas[start + j]
                - (betaGradient[j] + normalized[start + j] * gammaGradient[j]) * share;
        deltas[start + j] = gamma[j] * inverse[j] * centred;
      }
    }
  }
}
