package dev.lockstep.checkpoint;

import java.util.OptionalDouble;

/**
 * What the epoch in progress has added up so far, so that a run which goes on in mid-epoch ends
 * with the epoch's whole row.
 *
 * @param lossSum loss summed over the samples
 * @param correct samples that the network named right before their update
 * @param gradientNormSum summed over the iterations
 * @param noise of the gradient, summed over the iterations
 * @param nanos wall time, and time by step
 */
public record EpochTotals(
    int iterations,
    long samples,
    double lossSum,
    long correct,
    double gradientNormSum,
    double lastLearningRate,
    Noise noise,
    Nanos nanos) {

  public static final EpochTotals ZERO =
      new EpochTotals(0, 0, 0, 0, 0, 0, Noise.ZERO, new Nanos(0, 0, 0, 0, 0, 0));

  /** A checkpoint of an earlier release has no noise: what follows it estimates the epoch's. */
  public EpochTotals {
    noise = noise == null ? Noise.ZERO : noise;
  }

  /**
   * Estimates of the true gradient's squared norm and of the variance of one sample's gradient,
   * each summed over iterations.
   */
  public record Noise(double squaredNorm, double variance) {
    static final Noise ZERO = new Noise(0, 0);

    Noise plus(Noise next) {
      return new Noise(squaredNorm + next.squaredNorm, variance + next.variance);
    }

    /**
     * The simple noise scale in samples, variance / squaredNorm: absent where the estimates are too
     * noisy themselves, or where no batch had samples of two shards.
     */
    public OptionalDouble scale() {
      return squaredNorm > 0 && Double.isFinite(variance / squaredNorm)
          ? OptionalDouble.of(Math.max(0, variance / squaredNorm))
          : OptionalDouble.empty();
    }
  }

  /** Nanoseconds: the wall's, and by step the mean over the workers. */
  public record Nanos(long wall, long data, long forward, long backward, long reduce, long update) {
    Nanos plus(Nanos other) {
      return new Nanos(
          wall + other.wall,
          data + other.data,
          forward + other.forward,
          backward + other.backward,
          reduce + other.reduce,
          update + other.update);
    }
  }

  /** These and the next round's; the learning rate is the later one's. */
  public EpochTotals plus(EpochTotals next) {
    return new EpochTotals(
        iterations + next.iterations,
        samples + next.samples,
        lossSum + next.lossSum,
        correct + next.correct,
        gradientNormSum + next.gradientNormSum,
        next.lastLearningRate,
        noise.plus(next.noise),
        nanos.plus(next.nanos));
  }
}
