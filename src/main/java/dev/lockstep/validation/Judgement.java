package dev.lockstep.validation;

import dev.lockstep.config.ValidateConfig.Limits;
import dev.lockstep.config.ValidateConfig.Strictness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Gathers what the checks find. */
final class Judgement {
  private static final int MOST_WARNINGS = 5;

  private final List<CheckResult> checks = new ArrayList<>();
  private final List<Finding> warnings = new ArrayList<>();
  private final List<Finding> stops = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();

  /**
   * A difference that has two limits.
   *
   * @param rule the name of the check
   * @param column what it is about; null for the rows as a whole
   * @param usual how much the champion's training days differ; 0 if that is unknown
   * @param key of the limits among the settings
   * @param fact what was observed, in words
   */
  record Measured(
      Concern concern,
      String rule,
      String column,
      double observed,
      double usual,
      String key,
      String subject,
      String fact) {}

  /** Holds a difference against its limits; one that chance makes is none. */
  void limit(Measured measured, Limits limits, double dayFactor, Significance significance) {
    limits
        .warn()
        .ifPresent(limit -> add(measured, "warn", limit, measured.usual(), significance, warnings));
    limits
        .stop()
        .ifPresent(
            limit ->
                add(measured, "stop", limit, dayFactor * measured.usual(), significance, stops));
  }

  /** Whether a difference counts. */
  enum Significance {
    REAL,
    CHANCE
  }

  /** A check that a setting makes strict, a warning, or leaves out. */
  void add(Strictness strictness, Finding finding) {
    if (strictness != Strictness.OFF) {
      checks.add(finding.check());
      if (!finding.check().passed()) {
        (strictness == Strictness.STOP ? stops : warnings).add(finding);
      }
    }
  }

  void notice(String line) {
    notices.add(line);
  }

  void check(CheckResult check) {
    checks.add(check);
  }

  Verdict verdict() {
    stops.sort(Finding.GRAVEST_FIRST);
    warnings.sort(Finding.GRAVEST_FIRST);
    List<Finding> told =
        warnings.stream()
            .filter(warning -> stops.stream().noneMatch(stop -> same(stop, warning)))
            .toList();
    List<String> lines = new ArrayList<>(notices);
    told.stream()
        .limit(MOST_WARNINGS)
        .forEach(warning -> lines.add("Warning: " + line(warning) + ")"));
    if (told.size() > MOST_WARNINGS) {
      lines.add("Warning: %d more findings (table checks)".formatted(told.size() - MOST_WARNINGS));
    }
    return new Verdict(checks, lines, rejection());
  }

  private Optional<String> rejection() {
    if (stops.isEmpty()) {
      return Optional.empty();
    }
    Finding worst = stops.get(0);
    String start = worst.concern() == Concern.DAY ? "Missing " : "Invalid ";
    int others = stops.size() - 1;
    String more =
        others == 0
            ? ""
            : "; %d more %s in the table checks"
                .formatted(others, others == 1 ? "finding" : "findings");
    return Optional.of(start + line(worst) + more + ")");
  }

  /** Without the last bracket. */
  private static String line(Finding finding) {
    return finding.subject() + ": " + finding.fact();
  }

  private static boolean same(Finding one, Finding other) {
    return one.concern() == other.concern()
        && one.subject().equals(other.subject())
        && one.check().observed() == other.check().observed();
  }

  private void add(
      Measured measured,
      String level,
      double limit,
      double usual,
      Significance significance,
      List<Finding> findings) {
    double threshold = Math.max(limit, usual);
    CheckResult plain =
        CheckResult.atMost(
            measured.rule() + ", " + level, measured.column(), measured.observed(), threshold);
    boolean passed = plain.passed() || significance == Significance.CHANCE;
    CheckResult check =
        new CheckResult(plain.rule(), plain.column(), plain.observed(), plain.threshold(), passed);
    checks.add(check);
    if (!passed) {
      String allowed =
          usual > limit
              ? "at most %s, by the champion's training days; %s.%s is %s"
                  .formatted(number(threshold), measured.key(), level, number(limit))
              : "%s.%s is %s".formatted(measured.key(), level, number(limit));
      findings.add(
          new Finding(
              measured.concern(), check, measured.subject(), measured.fact() + " (" + allowed));
    }
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.2g" : "%.2f", value);
  }
}
