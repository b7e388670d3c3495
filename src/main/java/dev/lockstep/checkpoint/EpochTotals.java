package dev.lockstep.checkpoint;

/**
 * What the epoch in progress has added up so far, so that a run which goes on in mid-epoch ends
 * with the epoch's whole row.
 *
 * @param lossSum loss summed over the samples
 * @param correct samples that the network named right before their update
 * @param gradientNormSum summed over the iterations
 * @param nanos wall time, and time by step
 */
public record EpochTotals(
    int iterations,
    long samples,
    double lossSum,
    long correct,
    double gradientNormSum,
    double lastLearningRate,
    Nanos nanos) {

  public static final EpochTotals ZERO =
      new EpochTotals(0, 0, 0, 0, 0, 0, new Nanos(0, 0, 0, 0, 0, 0));

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
        nanos.plus(next.nanos));
  }
}
