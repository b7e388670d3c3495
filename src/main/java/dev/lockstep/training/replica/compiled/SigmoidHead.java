package dev.lockstep.training.replica.compiled;

/**
 * p = 1 / (1 + exp(-z)) of one output, loss -(y log c + (1 - y) log(1 - c)) with c = p cut to
 * [clip, 1 - clip]. As in DL4J the derivative is (c - y) / (c (1 - c)) p (1 - p): p - y, but less
 * where p was cut.
 */
final class SigmoidHead implements Head {
  private final Signal signal;
  private final float clip;

  SigmoidHead(Signal signal, double clip) {
    this.signal = signal;
    this.clip = (float) clip;
  }

  @Override
  public float[] forward() {
    float[] z = signal.values().values;
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (1 / (1 + Math.exp(-z[i])));
    }
    return z;
  }

  @Override
  public double backward(float[] labels) {
    float[] outputs = signal.values().values;
    float[] deltas = signal.deltas().values;
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      float p = outputs[i];
      float y = labels[i];
      float c = Math.min(Math.max(p, clip), 1 - clip);
      loss -= y * Math.log(c) + (1 - y) * Math.log(1 - c);
      deltas[i] = (c - y) / (c * (1 - c)) * (p * (1 - p));
    }
    return loss;
  }
}
