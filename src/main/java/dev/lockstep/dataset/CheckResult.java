package dev.lockstep.dataset;

/**
 * What a check of the source's rows has found.
 *
 * @param rule a configured SQL predicate, or the name of a built-in check
 * @param column the column that a built-in check is about; null for a configured predicate
 * @param observed a fraction of rows, in [0, 1], or a count of classes
 * @param threshold the least value of {@code observed} that passes
 */
public record CheckResult(
    String rule, String column, double observed, double threshold, boolean passed) {

  static CheckResult of(String rule, String column, double observed, double threshold) {
    return new CheckResult(rule, column, observed, threshold, observed >= threshold);
  }
}
