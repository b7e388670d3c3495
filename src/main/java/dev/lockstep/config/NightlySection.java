package dev.lockstep.config;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The section {@code nightly}. No job uses it: the DAGs read it in Python, so it is checked here
 * and its values are only kept for the record.
 */
final class NightlySection {
  private static final Pattern CRON = Pattern.compile("\\S+( +\\S+){4}");
  private static final Pattern DURATION =
      Pattern.compile("\\d{1,6}\\s*(s|seconds?|m|minutes?|h|hours?|d|days?)");

  private NightlySection() {}

  static void check(Section nightly) {
    times(nightly, "cron", List.of("off"));
    times(nightly, "scoring", List.of("champion", "off"));
    Optional<LocalDate> start = day(nightly, "start");
    Optional<LocalDate> end = day(nightly, "end");
    if (start.isPresent() && end.isPresent() && end.get().isBefore(start.get())) {
      nightly.invalid("end", "must not be before nightly.start", end);
    }
    nightly.name("catchup", List.of("true", "false"));
    nightly.wholeNumber("retries", 0);
    for (String key : List.of("wait", "timeout", "retry-delay")) {
      if (!DURATION.matcher(nightly.text(key).strip()).matches() && !nightly.failed(key)) {
        nightly.invalid(key, "must be a time with its unit, such as 30 seconds or 12 hours", "");
      }
    }
  }

  private static void times(Section nightly, String key, List<String> words) {
    String text = nightly.text(key).strip();
    if (!words.contains(text) && !CRON.matcher(text).matches() && !nightly.failed(key)) {
      nightly.invalid(
          key,
          "must be %s or a cron expression of five fields, such as \"0 3 * * *\""
              .formatted(String.join(", ", words)),
          "");
    }
  }

  private static Optional<LocalDate> day(Section nightly, String key) {
    try {
      return nightly.optionalText(key).filter(text -> !text.isEmpty()).map(LocalDate::parse);
    } catch (DateTimeParseException noDay) {
      return nightly.invalid(key, "must be a day such as 2013-06-30", Optional.empty());
    }
  }
}
