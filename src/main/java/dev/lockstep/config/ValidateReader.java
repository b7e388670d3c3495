package dev.lockstep.config;

import dev.lockstep.config.ValidateConfig.Drift;
import dev.lockstep.config.ValidateConfig.Label;
import dev.lockstep.config.ValidateConfig.Limits;
import dev.lockstep.config.ValidateConfig.Strictness;
import dev.lockstep.config.ValidateConfig.Volume;
import java.util.OptionalDouble;

/** The section {@code validate}. */
final class ValidateReader {
  private static final String OFF = "off";

  private ValidateReader() {}

  static ValidateConfig read(Section validate) {
    Section volume = validate.section("volume");
    Section label = validate.section("label");
    Section drift = validate.section("drift");
    return new ValidateConfig(
        validate.choice("missing-day", Strictness.values()),
        validate.choice("schema", Strictness.values()),
        new Volume(volume.wholeNumber("nights", 1), limits(volume, Bounds.INNER)),
        new Label(
            limits(label, Bounds.FRACTION), limits(label.section("odds"), Bounds.AT_LEAST_ONE)),
        limits(validate.section("unseen"), Bounds.FRACTION),
        new Drift(
            limits(drift.section("psi"), Bounds.POSITIVE),
            limits(drift.section("gap"), Bounds.FRACTION),
            limits(drift.section("shift"), Bounds.POSITIVE),
            drift.columns("except")),
        validate.number("day-factor", Bounds.POSITIVE),
        validate.number("significance", Bounds.INNER));
  }

  private static Limits limits(Section section, Bounds range) {
    Limits limits = new Limits(limit(section, "warn", range), limit(section, "stop", range));
    if (limits.warn().isPresent()
        && limits.stop().isPresent()
        && limits.warn().getAsDouble() > limits.stop().getAsDouble()
        && !section.failed("warn")
        && !section.failed("stop")) {
      section.invalid("warn", "must be at most stop, " + limits.stop().getAsDouble(), 0);
    }
    return limits;
  }

  private static OptionalDouble limit(Section section, String key, Bounds range) {
    if (section.has(key) && section.anyText(key).equals(OFF)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(section.number(key, range));
  }
}
