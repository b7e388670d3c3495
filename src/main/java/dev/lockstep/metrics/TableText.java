package dev.lockstep.metrics;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Rows as aligned text: numbers to the right, all else to the left, null as {@code null}. */
final class TableText {
  private static final MathContext SIGNIFICANT_DIGITS = new MathContext(6);
  private static final String GAP = "  ";

  private final List<List<String>> lines = new ArrayList<>();
  private final int[] widths;
  private final boolean[] numeric;

  TableText(List<String> columns) {
    widths = new int[columns.size()];
    numeric = new boolean[columns.size()];
    addLine(columns.stream().map(TableText::oneLine).toList());
  }

  void add(List<Object> row) {
    List<String> line = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      numeric[i] |= row.get(i) instanceof Number;
      line.add(cell(row.get(i)));
    }
    addLine(line);
  }

  void print(PrintStream out) {
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    out.print(aligned(lines.get(0)));
    out.print(aligned(rule));
    lines.subList(1, lines.size()).forEach(line -> out.print(aligned(line)));
  }

  private void addLine(List<String> line) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], length(line.get(i)));
    }
    lines.add(line);
  }

  private String aligned(List<String> line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = line.get(i);
      String space = " ".repeat(widths[i] - length(cell));
      text.append(i == 0 ? "" : GAP).append(numeric[i] ? space + cell : cell + space);
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static String cell(Object value) {
    if (value instanceof Double || value instanceof Float) {
      return decimal(((Number) value).doubleValue());
    }
    boolean nested = value instanceof Collection || value instanceof Map;
    return oneLine(nested ? JsonText.of(value) : String.valueOf(value));
  }

  /** 6 significant digits; with a power of ten only below 1e-5 and from 1e15 on. */
  private static String decimal(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(SIGNIFICANT_DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent < -5 || exponent > 14 ? scientific(rounded, exponent) : rounded.toPlainString();
  }

  private static String scientific(BigDecimal value, int exponent) {
    return value.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  private static String oneLine(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }
}
