package dev.lockstep.training.replica.compiled;

import dev.lockstep.plan.SplitMix64;

/**
 * Inverted dropout: a number is kept with probability {@code keep} and then divided by it, else it
 * becomes 0.
 *
 * <p>The mask is not DL4J's, whose generator is slow and the thread's: number i of layer l draws
 * from the stream (micro-batch's seed, l), which depends on nothing else, so the same sample of a
 * batch meets the same mask on any number of workers.
 */
final class Dropout implements Stage {
  private final Signal signal;
  private final int layer;
  private final long threshold;
  private final float scale;
  private final float[] mask;

  Dropout(Signal signal, int layer, double keep) {
    this.signal = signal;
    this.layer = layer;
    this.threshold = Math.round(keep * 0x1p32);
    this.scale = (float) (1 / keep);
    this.mask = new float[signal.values().values.length];
  }

  @Override
  public void forward(long seed) {
    draw(SplitMix64.of(seed, layer));
    Rows.multiply(signal.values().values, mask);
  }

  private void draw(SplitMix64 random) {
    for (int i = 0; i < mask.length; i += 2) {
      long bits = random.next();
      mask[i] = (bits >>> 32) < threshold ? scale : 0;
      if (i + 1 < mask.length) {
        mask[i + 1] = (bits & 0xFFFFFFFFL) < threshold ? scale : 0;
      }
    }
  }

  @Override
  public void backward() {
    Rows.multiply(signal.deltas().values, mask);
  }
}
