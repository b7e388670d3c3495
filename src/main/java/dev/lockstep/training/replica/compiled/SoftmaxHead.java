package dev.lockstep.training.replica.compiled;

/**
 * p_k = exp(z_k) / sum exp(z), loss -log p of the sample's class, derivative p - y. As in DL4J the
 * loss, and it alone, takes p cut to [clip, 1 - clip].
 */
final class SoftmaxHead implements Head {
  private final Signal signal;
  private final float clip;
  private final double[] exponentials;

  SoftmaxHead(Signal signal, double clip) {
    this.signal = signal;
    this.clip = (float) clip;
    this.exponentials = new double[signal.width()];
  }

  @Override
  public float[] forward() {
    float[] z = signal.values().values;
    int width = signal.width();
    for (int start = 0; start < z.length; start += width) {
      float greatest = z[start];
      for (int k = 1; k < width; k++) {
        greatest = Math.max(greatest, z[start + k]);
      }
      double sum = 0;
      for (int k = 0; k < width; k++) {
        exponentials[k] = Math.exp(z[start + k] - greatest);
        sum += exponentials[k];
      }
      for (int k = 0; k < width; k++) {
        z[start + k] = (float) (exponentials[k] / sum);
      }
    }
    return z;
  }

  @Override
  public double backward(float[] labels) {
    float[] p = signal.values().values;
    float[] deltas = signal.deltas().values;
    System.arraycopy(p, 0, deltas, 0, p.length);
    double loss = 0;
    for (int sample = 0; sample < signal.samples(); sample++) {
      int own = sample * signal.width() + (int) labels[sample];
      loss -= Math.log(Math.min(Math.max(p[own], clip), 1 - clip));
      deltas[own] -= 1;
    }
    return loss;
  }
}
