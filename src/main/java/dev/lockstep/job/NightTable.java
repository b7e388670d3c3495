package dev.lockstep.job;

import dev.lockstep.pipeline.Night;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Nights as lines of a table, each when its night has ended. */
final class NightTable {
  private static final String FORMAT = "%-10s  %10s  %9s  %9s  %9s  %-8s  %7s%n";

  private final PrintStream err;
  private boolean begun;

  NightTable(PrintStream err) {
    this.err = err;
  }

  void add(Night night) {
    if (!begun) {
      err.printf(
          FORMAT,
          "night",
          "train rows",
          "test rows",
          "candidate",
          "champion",
          "decision",
          "seconds");
      begun = true;
    }
    boolean done = night.status() == Night.Status.DONE;
    err.printf(
        FORMAT,
        night.date(),
        rows(night, "train"),
        rows(night, "test"),
        value(night.result().get("candidate_value")),
        value(night.result().get("champion_value")),
        done ? night.result().get("decision") : night.status().text(),
        String.format(Locale.ROOT, "%.1f", night.seconds()));
    if (!done) {
      err.println(night.error());
    }
  }

  private static String rows(Night night, String split) {
    return night.result().get("rows") instanceof Map<?, ?> rows
        ? String.format(Locale.ROOT, "%,d", (Long) rows.get(split))
        : "";
  }

  private static String value(Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.4f", number.doubleValue())
        : "";
  }
}
