package dev.lockstep.dataset;

import java.util.List;
import java.util.regex.Pattern;

/** Texts for people, in one line. */
final class Text {
  private static final Pattern ERROR_CLASS = Pattern.compile("^\\s*\\[[A-Z_.0-9]+]\\s*");

  private static final int MOST_NAMES = 5;

  private Text() {}

  /** The first few names. */
  static String list(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /** A failure's message: its first line, without Spark's error class, position and plan. */
  static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElseThrow();
    String text =
        ERROR_CLASS.matcher(line).replaceFirst("").replaceFirst("; line \\d+ pos \\d+.*$", "");
    return text.replaceFirst("[.;:\\s]+$", "");
  }
}
