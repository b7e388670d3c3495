package dev.lockstep.dataset;

import java.util.regex.Pattern;

/** Failures of libraries in one line. */
final class Text {
  private static final Pattern ERROR_CLASS = Pattern.compile("^\\s*\\[[A-Z_.0-9]+]\\s*");

  private Text() {}

  /** The message's first line, without Spark's error class, position and plan. */
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

  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
