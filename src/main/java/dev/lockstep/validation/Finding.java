package dev.lockstep.validation;

import java.util.Comparator;

/**
 * A check that failed.
 *
 * @param subject what is wrong, such as {@code column distance}
 * @param fact what was found and what is allowed, in words
 */
record Finding(Concern concern, CheckResult check, String subject, String fact) {
  /** The gravest first; of one concern the one furthest beyond its limit. */
  static final Comparator<Finding> GRAVEST_FIRST =
      Comparator.comparing(Finding::concern)
          .thenComparing(Comparator.comparingDouble(Finding::excess).reversed());

  private double excess() {
    double ratio = check.observed() / check.threshold();
    return ratio < 1 ? 1 / ratio : ratio;
  }
}
