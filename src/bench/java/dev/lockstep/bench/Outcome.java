package dev.lockstep.bench;

import java.util.List;
import java.util.Locale;

/**
 * A line of the table.
 *
 * @param against the peer, or what is measured
 * @param what network, batch, size
 * @param met whether the goal is; null where it was not measured
 */
record Outcome(
    String against,
    String what,
    String goal,
    String ours,
    String theirs,
    String ratio,
    Boolean met,
    String note) {
  private static final String FAILED = "failed: ";

  /**
   * Rates, where more is better.
   *
   * @param unit of both
   */
  static Outcome atLeast(Goal goal, String unit, double ours, double theirs, String note) {
    double ratio = ours / theirs;
    return new Outcome(
        goal.against(),
        goal.what(),
        "≥ " + times(goal.bound()),
        rate(ours) + " " + unit,
        rate(theirs) + " " + unit,
        times(ratio),
        ratio >= goal.bound(),
        note);
  }

  /** Seconds, where fewer are better and the ratio says how many times fewer. */
  static Outcome faster(Goal goal, double ours, double theirs, String note) {
    double ratio = theirs / ours;
    return new Outcome(
        goal.against(),
        goal.what(),
        "≥ " + times(goal.bound()),
        seconds(ours),
        seconds(theirs),
        times(ratio),
        ratio >= goal.bound(),
        note);
  }

  /**
   * A quantity of the engine's own that has a limit.
   *
   * @param format of bound and quantity
   */
  static Outcome atMost(Goal goal, String format, double ours, String note) {
    return new Outcome(
        goal.against(),
        goal.what(),
        (goal.bound() == 0 ? "" : "≤ ") + String.format(Locale.ROOT, format, goal.bound()),
        String.format(Locale.ROOT, format, ours),
        "",
        "",
        ours <= goal.bound(),
        note);
  }

  /** What could not be measured, and why. */
  static Outcome skipped(Goal goal, String why) {
    return new Outcome(
        goal.against(),
        goal.what(),
        "≥ " + times(goal.bound()),
        "",
        "",
        "",
        null,
        "skipped: " + why);
  }

  /** A part of the table that came to nothing. */
  static Outcome failed(String part, Exception e) {
    return new Outcome(part, "", "", "", "", "", null, FAILED + e);
  }

  boolean isFailed() {
    return note.startsWith(FAILED);
  }

  /** What is to be reached, for one line. */
  record Goal(String against, String what, double bound) {}

  List<String> cells() {
    return List.of(
        against, what, goal, ours, theirs, ratio, met == null ? "" : met ? "yes" : "no", note);
  }

  private static String rate(double value) {
    return value < 100
        ? String.format(Locale.ROOT, "%.2f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f s", value);
  }

  private static String times(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f x" : "%.0f x", value);
  }
}
