package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import java.time.LocalDate;
import picocli.CommandLine.Option;

/** The options for many nights in one application. */
final class NightRange {
  @Option(
      names = "--from",
      paramLabel = "YYYY-MM-DD",
      description = "Runs many nights, one after the other: the first one. Needs --to.")
  private String from;

  @Option(names = "--to", paramLabel = "YYYY-MM-DD", description = "The last one of them.")
  private String to;

  boolean isGiven() {
    return from != null || to != null;
  }

  LocalDate first() {
    return RunOptions.day("--from", from);
  }

  LocalDate last() {
    return RunOptions.day("--to", to);
  }

  /**
   * @throws InvalidConfigException if the range is not whole, not in order, or beside another
   *     choice of runs
   */
  void check(RunOptions run) {
    if (from == null || to == null) {
      throw new InvalidConfigException(
          "Missing %s: no day (--from and --to go together)"
              .formatted(from == null ? "--from" : "--to"));
    }
    if (first().isAfter(last())) {
      throw new InvalidConfigException(
          "Invalid --to: %s (must not be before --from, %s)".formatted(to, from));
    }
    if (run.isGiven()) {
      throw new InvalidConfigException(
          "Invalid --from: beside --date or --run-id (each night has its own date and run id)");
    }
  }
}
