package dev.lockstep.config;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code nightly}. No job uses it: the DAGs read it in Python, so it is checked here
 * and its values are only kept for the record.
 */
final class NightlySection {
  private static final Pattern DURATION =
      Pattern.compile("\\d{1,6}\\s*(s|seconds?|m|minutes?|h|hours?|d|days?)");

  private static final Set<String> BY_CONNECTION =
      Set.of("spark.master", "spark.submit.deployMode");

  private NightlySection() {}

  static void check(Section nightly) {
    times(nightly, "cron", List.of("off"));
    times(nightly, "scoring", List.of("champion", "off"));
    Optional<LocalDate> start = day(nightly, "start");
    Optional<LocalDate> end = day(nightly, "end");
    if (start.isPresent() && end.isPresent() && end.get().isBefore(start.get())) {
      nightly.invalid("end", "must not be before nightly.start", end);
    }
    String catchup = nightly.name("catchup", List.of("true", "false"));
    if (catchup.equals("true") && start.isEmpty() && !nightly.failed("start")) {
      nightly.invalid("catchup", "needs nightly.start, the first day to make up for", "");
    }
    nightly.wholeNumber("retries", 0);
    for (String key : List.of("wait", "timeout", "retry-delay")) {
      if (!DURATION.matcher(nightly.text(key).strip()).matches() && !nightly.failed(key)) {
        nightly.invalid(key, "must be a time with its unit, such as 30 seconds or 12 hours", "");
      }
    }
    spark(nightly);
  }

  /** Spark's settings, their names in quotes or not. */
  private static void spark(Section nightly) {
    Section spark = nightly.section("spark").skip();
    spark
        .leaves()
        .forEach(
            (key, value) -> {
              Optional<String> text = Scalar.text(value);
              if (BY_CONNECTION.contains(key)) {
                nightly.fail(
                    "spark",
                    "Invalid nightly.spark: %s (the Airflow connection says where jobs run)"
                        .formatted(key));
              } else if (text.isEmpty() || !key.startsWith("spark.")) {
                nightly.fail(
                    "spark",
                    "Invalid nightly.spark: %s (must be settings of Spark, such as \"spark.executor.cores\" = 2)"
                        .formatted(key));
              } else {
                spark.put(key, text.get());
              }
            });
  }

  private static void times(Section nightly, String key, List<String> words) {
    String text = nightly.text(key).strip();
    if (!words.contains(text) && !CronExpression.isValid(text) && !nightly.failed(key)) {
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
