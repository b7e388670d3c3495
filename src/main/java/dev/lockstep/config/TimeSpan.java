package dev.lockstep.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time with its unit, as text. */
final class TimeSpan {
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\d{1,12})\\s*(ms|millis|milliseconds?|s|seconds?|m|minutes?|h|hours?|d|days?)");

  private TimeSpan() {}

  /** Empty if the text is none. */
  static Optional<Duration> parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "ms", "millis", "millisecond", "milliseconds" -> Duration.ofMillis(count);
          case "s", "second", "seconds" -> Duration.ofSeconds(count);
          case "m", "minute", "minutes" -> Duration.ofMinutes(count);
          case "h", "hour", "hours" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
