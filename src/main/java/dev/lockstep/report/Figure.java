package dev.lockstep.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Figure {
  private Figure() {}

  /** Whole numbers with thousands' commas; others with four significant digits; null as a dash. */
  static String of(Number number) {
    if (number == null) {
      return "–";
    }
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    double size = Math.abs(value);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size < 1e-3) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int decimals = (int) Math.max(0, 3 - Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** With a sign. */
  static String change(Double number) {
    return number == null ? "–" : (number > 0 ? "+" : "") + of(number);
  }

  /** Milliseconds as hours, minutes and seconds. */
  static String duration(double milliseconds) {
    long seconds = Math.round(milliseconds / 1000);
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", milliseconds / 1000);
    }
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
