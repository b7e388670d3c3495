package dev.lockstep.validation;

/**
 * What a check of the source's rows has found.
 *
 * @param rule a configured SQL predicate, or the name of a built-in check
 * @param column the column that a built-in check is about; null for a configured predicate
 * @param observed a fraction of rows, in [0, 1], a count, or a measure of difference
 * @param threshold the least value of {@code observed} that passes, or the greatest one of a
 *     difference
 */
public record CheckResult(
    String rule, String column, double observed, double threshold, boolean passed) {

  /** Passed from the threshold on. */
  public static CheckResult of(String rule, String column, double observed, double threshold) {
    return new CheckResult(rule, column, observed, threshold, observed >= threshold);
  }

  /** Passed up to the threshold. */
  static CheckResult atMost(String rule, String column, double observed, double threshold) {
    return new CheckResult(rule, column, observed, threshold, observed <= threshold);
  }
}
