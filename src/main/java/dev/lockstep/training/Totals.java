package dev.lockstep.training;

import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.training.replica.StepClock;
import dev.lockstep.training.round.RoundResult;

/** A round's part of its epoch's totals. */
final class Totals {
  private Totals() {}

  static EpochTotals of(RoundResult result) {
    long samples = 0;
    double loss = 0;
    long correct = 0;
    double gradientNorms = 0;
    double squaredNorm = 0;
    double variance = 0;
    double rate = 0;
    for (RoundResult.Iteration iteration : result.iterations()) {
      samples += iteration.samples();
      loss += iteration.loss() * iteration.samples();
      correct += iteration.correct();
      gradientNorms += iteration.gradientNorm();
      squaredNorm += iteration.noise().squaredNorm();
      variance += iteration.noise().variance();
      rate = iteration.learningRate();
    }
    StepClock.Times times = result.times();
    return new EpochTotals(
        result.iterations().size(),
        samples,
        loss,
        correct,
        gradientNorms,
        rate,
        new EpochTotals.Noise(squaredNorm, variance),
        new EpochTotals.Nanos(
            result.wallNanos(),
            times.data(),
            times.forward(),
            times.backward(),
            times.reduce(),
            times.update()));
  }
}
