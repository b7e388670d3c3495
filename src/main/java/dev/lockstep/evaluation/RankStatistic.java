package dev.lockstep.evaluation;

import java.io.Serializable;
import java.util.OptionalDouble;

/**
 * The Mann-Whitney statistic of a run of ascending scores: exact, with ties.
 *
 * <p>AUC = (pairs in which the positive row's score is higher + half the pairs of equal score) /
 * all pairs of a positive and a negative row. All counts are integers; a count beyond 2^63 (from 4
 * billion rows on) is an ArithmeticException.
 *
 * @param doubledWins twice the pairs won, so that a tie counts 1
 */
record RankStatistic(long positives, long negatives, long doubledWins) implements Serializable {
  static final RankStatistic NONE = new RankStatistic(0, 0, 0);

  /** Rows that all have the same score. */
  static RankStatistic ofTies(long positives, long negatives) {
    return new RankStatistic(positives, negatives, Math.multiplyExact(positives, negatives));
  }

  /** Appends rows whose scores are all higher than these. Associative, not commutative. */
  RankStatistic then(RankStatistic higher) {
    long across = Math.multiplyExact(2 * negatives, higher.positives);
    return new RankStatistic(
        positives + higher.positives,
        negatives + higher.negatives,
        Math.addExact(Math.addExact(doubledWins, higher.doubledWins), across));
  }

  /** Empty where there are no pairs: rows of one class, or none. */
  OptionalDouble auc() {
    if (positives == 0 || negatives == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(doubledWins / (2.0 * positives * negatives));
  }

  void report(SliceReport report) {
    auc()
        .ifPresentOrElse(
            value -> report.measured("auc", value, positives + negatives),
            () ->
                report.undefined(
                    "auc", positives + negatives == 0 ? "no rows" : "rows of one class"));
  }
}
