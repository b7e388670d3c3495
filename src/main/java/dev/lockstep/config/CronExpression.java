package dev.lockstep.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cron expression of five fields, as Airflow's scheduler reads it: lists, ranges and steps of
 * numbers or names, {@code L} for the last day, {@code fri#2} and {@code L5} for a month's second
 * and last Friday.
 */
final class CronExpression {
  private static final List<String> MONTHS =
      List.of("jan feb mar apr may jun jul aug sep oct nov dec".split(" "));
  private static final List<String> WEEKDAYS = List.of("sun mon tue wed thu fri sat".split(" "));
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final Pattern PART = Pattern.compile("(?:\\*|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,4}))?");

  private static final List<Field> FIELDS =
      List.of(
          new Field(0, 59, List.of(), ""),
          new Field(0, 23, List.of(), ""),
          new Field(1, 31, List.of(), "l|\\?"),
          new Field(1, 12, MONTHS, ""),
          new Field(0, 7, WEEKDAYS, "l[0-7]|([0-7]|sun|mon|tue|wed|thu|fri|sat)#[1-5]|\\?"));

  private CronExpression() {}

  static boolean isValid(String text) {
    String[] fields = SPACES.split(text);
    if (fields.length != FIELDS.size()) {
      return false;
    }
    for (int i = 0; i < fields.length; i++) {
      if (!FIELDS.get(i).holds(fields[i].toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param names of the numbers from {@code least} on
   * @param words what else may stand in a list, as a pattern
   */
  private record Field(int least, int most, List<String> names, String words) {
    boolean holds(String list) {
      return Arrays.stream(list.split(",", -1))
          .allMatch(part -> isPart(part) || (!part.isEmpty() && part.matches(words)));
    }

    private boolean isPart(String part) {
      Matcher matched = PART.matcher(part);
      return matched.matches()
          && isValue(matched.group(1))
          && isValue(matched.group(2))
          && isStep(matched.group(3));
    }

    private boolean isValue(String text) {
      if (text == null || names.contains(text)) {
        return true;
      }
      return isNumber(text) && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most;
    }

    private static boolean isStep(String text) {
      return text == null || Integer.parseInt(text) >= 1;
    }

    private static boolean isNumber(String text) {
      return text.matches("\\d{1,4}");
    }
  }
}
