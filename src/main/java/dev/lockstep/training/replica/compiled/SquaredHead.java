package dev.lockstep.training.replica.compiled;

/** One real output a, loss (a - y)^2, derivative 2 (a - y). */
final class SquaredHead implements Head {
  private final Signal signal;

  SquaredHead(Signal signal) {
    this.signal = signal;
  }

  @Override
  public float[] forward() {
    return signal.values().values;
  }

  @Override
  public double backward(float[] labels) {
    float[] outputs = signal.values().values;
    float[] deltas = signal.deltas().values;
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      float error = outputs[i] - labels[i];
      loss += (double) error * error;
      deltas[i] = 2 * error;
    }
    return loss;
  }
}
