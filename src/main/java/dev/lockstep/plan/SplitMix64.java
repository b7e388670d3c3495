package dev.lockstep.plan;

/**
 * A small random generator whose numbers are fixed for ever, so that sample order and seeds outlive
 * the JDK's own choices (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
 * generators").
 */
public final class SplitMix64 {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private SplitMix64(long state) {
    this.state = state;
  }

  /**
   * A generator of its own for each tuple of values: (seed, epoch, shard), (seed, iteration,
   * shard), …
   */
  public static SplitMix64 of(long seed, long... stream) {
    long state = mix(seed + GAMMA);
    for (long value : stream) {
      state = mix(state + GAMMA) ^ mix(value * GAMMA + 1);
    }
    return new SplitMix64(state);
  }

  /** The generator in a known state, as other implementations name it. */
  static SplitMix64 ofState(long state) {
    return new SplitMix64(state);
  }

  /** The next 64 random bits. */
  public long next() {
    state += GAMMA;
    return mix(state);
  }

  /** A uniform whole number in [0, bound), without bias (Lemire 2019, arXiv 1805.10941). */
  public int next(int bound) {
    long product = (next() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (next() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
