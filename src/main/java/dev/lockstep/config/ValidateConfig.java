package dev.lockstep.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a night's data are held against before they are prepared.
 *
 * @param missingDay whether the logical date must have rows
 * @param schema whether the source must have the champion's columns, with their types
 * @param dayFactor by how much a day may differ more than the champion's training days did
 * @param significance the greatest probability of a difference by chance that counts, over all
 *     columns together
 */
public record ValidateConfig(
    Strictness missingDay,
    Strictness schema,
    Volume volume,
    Label label,
    Limits unseen,
    Drift drift,
    double dayFactor,
    double significance) {

  /** What a finding does to a run. */
  public enum Strictness {
    STOP,
    WARN,
    OFF
  }

  /** From where on a measure warns, and from where on it stops the run; absent: never. */
  public record Limits(OptionalDouble warn, OptionalDouble stop) {}

  /**
   * How much the label's distribution may be off.
   *
   * @param gap of rates, shares or distribution functions
   * @param odds of the ratio of a class's odds, at least 1
   */
  public record Label(Limits gap, Limits odds) {}

  /**
   * Rows against those of other nights.
   *
   * @param nights whose median counts
   */
  public record Volume(int nights, Limits limits) {}

  /**
   * How far the features of the day's rows may be from those of the champion's training rows.
   *
   * @param stability of the population stability index
   * @param gap of the greatest difference of distribution functions, or of shares
   * @param shift in standard deviations, from the nearest day
   * @param except columns that may differ
   */
  public record Drift(Limits stability, Limits gap, Limits shift, List<String> except) {}
}
