package dev.lockstep.bench;

import java.util.Locale;

/** What happens now, to stderr: stdout is the table's. */
final class Progress {
  private static final long STARTED = System.nanoTime();

  private Progress() {}

  static void say(String format, Object... arguments) {
    long seconds = (System.nanoTime() - STARTED) / 1_000_000_000;
    System.err.printf(Locale.ROOT, "%d:%02d ", seconds / 60, seconds % 60);
    System.err.printf(Locale.ROOT, format + "%n", arguments);
  }
}
