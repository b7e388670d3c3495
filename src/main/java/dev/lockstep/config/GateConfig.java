package dev.lockstep.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a candidate must reach to become champion.
 *
 * @param metric the name of an evaluation metric
 * @param minGain the least improvement over the champion
 * @param floor the worst value of the metric that may pass, champion or not: the least one, or the
 *     greatest where smaller is better; absent: any
 * @param decideBy what is held against {@code minGain}
 * @param confidence of the gain's interval, in (0, 1)
 * @param bootstrap resamples that the interval comes from; 0: no interval
 * @param slices the slices that must not get worse; absent: the whole alone decides
 */
public record GateConfig(
    String metric,
    double minGain,
    OptionalDouble floor,
    DecideBy decideBy,
    double confidence,
    int bootstrap,
    Optional<SlicesConfig> slices) {

  /** What decides. */
  public enum DecideBy {
    /** The gain itself. */
    GAIN,
    /** The lower end of the gain's interval: a gain that may be chance is none. */
    INTERVAL
  }

  /**
   * Slices that must not get worse.
   *
   * @param columns among those of {@code evaluate.slices}
   * @param maxDrop the most that the metric may get worse on a slice, in its unit
   * @param minSamples the rows that a slice needs to be judged
   */
  public record SlicesConfig(List<String> columns, double maxDrop, int minSamples) {}
}
