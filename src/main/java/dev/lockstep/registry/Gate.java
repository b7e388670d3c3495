package dev.lockstep.registry;

import dev.lockstep.config.GateConfig;
import dev.lockstep.config.GateConfig.DecideBy;
import dev.lockstep.config.MetricDirection;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whether a candidate becomes champion, from figures of both on the same rows; pure.
 *
 * <p>A gain is how much better the candidate is, in the metric's unit, whichever way the metric
 * gets better.
 */
public final class Gate {
  private static final MathContext DIGITS = new MathContext(4);

  private final GateConfig config;
  private final MetricDirection direction;

  public Gate(GateConfig config) {
    this.config = config;
    this.direction = MetricDirection.of(config.metric());
  }

  /** Where the gain lies, with the confidence of the settings. */
  public record Interval(double low, double high) {}

  /** The metric of both on the rows of a slice. */
  public record Slice(String name, long samples, double candidate, double champion) {}

  /**
   * What a candidate and a champion make of the same rows.
   *
   * @param candidate its metric; empty where the rows define none
   * @param interval of the gain; empty where none was computed
   * @param slices those that both have values on
   */
  public record Figures(
      OptionalDouble candidate,
      OptionalDouble champion,
      Optional<Interval> interval,
      List<Slice> slices) {}

  /** Of a model's first candidate: the floor alone decides. */
  public Verdict first(OptionalDouble candidate) {
    return alone(candidate, "the first champion of the model");
  }

  /**
   * Of a candidate against a champion whose predictions cannot be measured: that one has lost, and
   * the floor alone decides.
   *
   * @param problem with them, in a line
   */
  public Verdict againstBroken(String champion, String problem, OptionalDouble candidate) {
    return alone(candidate, "%s cannot be measured: %s".formatted(champion, problem));
  }

  private Verdict alone(OptionalDouble candidate, String passed) {
    List<String> against = new ArrayList<>();
    checkDefined(candidate, against);
    checkFloor(candidate, against);
    return verdict(
        against,
        passed,
        new Figures(candidate, OptionalDouble.empty(), Optional.empty(), List.of()));
  }

  /** Of a candidate against a champion. */
  public Verdict against(String champion, Figures figures) {
    List<String> against = new ArrayList<>();
    checkDefined(figures.candidate(), against);
    checkDefined(figures.champion(), against);
    checkFloor(figures.candidate(), against);
    String passed = "";
    if (against.isEmpty()) {
      double candidate = figures.candidate().getAsDouble();
      double gain = direction.gain(candidate, figures.champion().getAsDouble());
      passed =
          "%s %s is %s %s than %s of %s"
              .formatted(
                  config.metric(),
                  text(candidate),
                  text(Math.abs(gain)),
                  gain < 0 ? "worse" : "better",
                  text(figures.champion().getAsDouble()),
                  champion);
      checkGain(gain, passed, figures.interval(), against);
    }
    checkSlices(figures.slices(), against);
    return verdict(against, passed, figures);
  }

  /**
   * A candidate whose predictions cannot be measured.
   *
   * @param problem with them, in a line
   */
  public static Verdict broken(String problem) {
    return new Verdict(Verdict.KEPT, "it cannot be measured: " + problem, Map.of());
  }

  /** A night's candidate that comes after the champion of a later night. */
  public static Verdict older(Object candidate, Object champion) {
    return new Verdict(
        Verdict.KEPT,
        "the champion is of a later night, %s, than %s (jobs/promote --version makes it champion all the same)"
            .formatted(champion, candidate),
        Map.of());
  }

  private void checkDefined(OptionalDouble value, List<String> against) {
    String line = config.metric() + " is undefined on the test rows";
    if (value.isEmpty() && !against.contains(line)) {
      against.add(line);
    }
  }

  private void checkFloor(OptionalDouble value, List<String> against) {
    if (value.isPresent()
        && config.floor().isPresent()
        && direction.gain(value.getAsDouble(), config.floor().getAsDouble()) < 0) {
      against.add(
          "%s %s does not reach gate.floor, %s"
              .formatted(
                  config.metric(), text(value.getAsDouble()), text(config.floor().getAsDouble())));
    }
  }

  private void checkGain(
      double gain, String compared, Optional<Interval> interval, List<String> against) {
    if (config.decideBy() == DecideBy.GAIN) {
      if (gain < config.minGain()) {
        against.add(gain < 0 ? compared : compared + ", less than gate.min-gain, " + minGain());
      }
    } else if (interval.isEmpty()) {
      against.add("the gain has no interval: too few of the resampled rows define it");
    } else if (interval.get().low() < config.minGain()) {
      against.add(
          "%s, but its interval starts at %s, below gate.min-gain, %s"
              .formatted(compared, text(interval.get().low()), minGain()));
    }
  }

  private void checkSlices(List<Slice> slices, List<String> against) {
    config
        .slices()
        .ifPresent(
            limits -> {
              for (Slice slice : slices) {
                double drop = -direction.gain(slice.candidate(), slice.champion());
                if (slice.samples() >= limits.minSamples() && drop > limits.maxDrop()) {
                  against.add(
                      "%s is %s worse on %s, more than gate.slices.max-drop, %s"
                          .formatted(
                              config.metric(), text(drop), slice.name(), text(limits.maxDrop())));
                }
              }
            });
  }

  private Verdict verdict(List<String> against, String passed, Figures figures) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("metric", config.metric());
    values.put("candidate_value", nullable(figures.candidate()));
    values.put("champion_value", nullable(figures.champion()));
    if (figures.candidate().isPresent() && figures.champion().isPresent()) {
      values.put(
          "gain",
          direction.gain(figures.candidate().getAsDouble(), figures.champion().getAsDouble()));
    }
    figures
        .interval()
        .ifPresent(
            interval -> {
              values.put("gain_low", interval.low());
              values.put("gain_high", interval.high());
              values.put("confidence", config.confidence());
            });
    return against.isEmpty()
        ? new Verdict(Verdict.PROMOTED, passed, values)
        : new Verdict(Verdict.KEPT, String.join("; ", against), values);
  }

  private String minGain() {
    return text(config.minGain());
  }

  private static Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /** At most four significant digits. */
  private static String text(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }
}
