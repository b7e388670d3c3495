package dev.lockstep.config;

import java.util.Set;

/** Which way an evaluation metric gets better. */
public enum MetricDirection {
  HIGHER_IS_BETTER,
  LOWER_IS_BETTER;

  private static final Set<String> LOSSES = Set.of("log-loss", "brier", "rmse", "mae");

  /** Of one of {@link KnownNames#metrics}. */
  public static MetricDirection of(String metric) {
    return LOSSES.contains(metric) ? LOWER_IS_BETTER : HIGHER_IS_BETTER;
  }

  /** How much better one value is than another, in the metric's unit; below 0 if it is worse. */
  public double gain(double value, double over) {
    return this == HIGHER_IS_BETTER ? value - over : over - value;
  }
}
