package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of one training, safe as a folder's name.
 *
 * @param text 1 to 120 letters, digits, '.', '_', '-'; not "." or ".."
 */
public record RunId(String text) {
  private static final Pattern SAFE = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,120}");

  public RunId {
    if (!SAFE.matcher(text).matches()) {
      throw new InvalidConfigException(
          "Invalid run id: \""
              + text
              + "\" (must be 1 to 120 letters, digits, '.', '_' or '-', and not '.' or '..')");
    }
  }

  /** A user's own run id. */
  public static RunId of(String text) {
    return new RunId(text);
  }

  /**
   * The run id of these settings on this day: model, date or "all", 8 hex digits of the settings'
   * identity.
   *
   * @param identity SHA-256 in hex of the settings that decide the result
   */
  public static RunId standard(String model, Optional<LocalDate> date, String identity) {
    String day = date.map(LocalDate::toString).orElse("all");
    return new RunId(model + "-" + day + "-" + identity.substring(0, 8));
  }

  @Override
  public String toString() {
    return text;
  }
}
