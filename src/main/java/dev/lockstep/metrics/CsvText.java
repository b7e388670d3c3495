package dev.lockstep.metrics;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lines of RFC 4180: fields apart by commas, lines ended by CR LF, quotes where a field needs them.
 */
final class CsvText {
  private CsvText() {}

  static String line(List<?> values) {
    return values.stream().map(CsvText::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String field(Object value) {
    if (value == null) {
      return "";
    }
    boolean nested = value instanceof Collection || value instanceof Map;
    String text = nested ? JsonText.of(value) : value.toString();
    boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
