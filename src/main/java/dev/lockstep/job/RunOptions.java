package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.pipeline.RunId;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which run a job works on. */
final class RunOptions {
  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "The logical date: the day that the run is for. Without it: all days.")
  private String date;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Names the run: letters, digits, '.', '_', '-'. Default: <model>-<date or all>-<8 hex of"
              + " the settings>.")
  private String runId;

  Optional<LocalDate> date() {
    return Optional.ofNullable(date).map(text -> day("--date", text));
  }

  /** Whether a single run is chosen. */
  boolean isGiven() {
    return date != null || runId != null;
  }

  static LocalDate day(String option, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException noDate) {
      throw new InvalidConfigException(
          "Invalid " + option + ": " + text + " (must be a day such as 2013-06-30)");
    }
  }

  /** The run id given, or else the standard one of these settings on this date. */
  RunId runId(LockstepConfig config) {
    Optional<LocalDate> day = date();
    return Optional.ofNullable(runId)
        .map(RunId::of)
        .orElseGet(() -> RunId.standard(config.model(), day, config.identity()));
  }
}
