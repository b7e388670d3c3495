package dev.lockstep.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The rows so far; printed as Markdown once all are there. */
final class Table {
  private static final List<String> HEAD =
      List.of("against", "on", "goal", "Lockstep", "the other", "ratio", "met", "note");

  private final List<Outcome> rows = new ArrayList<>();

  void add(Outcome row) {
    rows.add(row);
    Progress.say("%s", line(row.cells()));
  }

  void print(PrintStream out) {
    out.println(line(HEAD));
    out.println("|" + " --- |".repeat(HEAD.size()));
    rows.forEach(row -> out.println(line(row.cells())));
    long met = rows.stream().filter(row -> Boolean.TRUE.equals(row.met())).count();
    long missed = rows.stream().filter(row -> Boolean.FALSE.equals(row.met())).count();
    out.println();
    out.println(met + " goals met, " + missed + " missed.");
  }

  /** Whether no part failed. */
  boolean isWhole() {
    return rows.stream().noneMatch(Outcome::isFailed);
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
