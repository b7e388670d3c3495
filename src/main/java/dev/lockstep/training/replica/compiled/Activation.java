package dev.lockstep.training.replica.compiled;

/** a = f(z), number by number, in place; the slopes f'(z) are kept for the way back. */
final class Activation implements Stage {
  private final Signal signal;
  private final Curve curve;
  private final float[] slopes;

  Activation(Signal signal, Curve curve) {
    this.signal = signal;
    this.curve = curve;
    this.slopes = new float[signal.values().values.length];
  }

  @Override
  public void forward(long seed) {
    curve.apply(signal.values().values, slopes);
  }

  @Override
  public void backward() {
    Rows.multiply(signal.deltas().values, slopes);
  }
}
