package dev.lockstep.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A scale from numbers to places, with round ticks. */
record Axis(double least, double greatest, double from, double to) {

  /**
   * An axis that holds all values with a little room.
   *
   * @param from the place of the least value
   * @param to the place of the greatest
   */
  static Axis around(double[] values, double from, double to) {
    if (values.length == 0) {
      return new Axis(0, 1, from, to);
    }
    double least = Arrays.stream(values).min().orElseThrow();
    double greatest = Arrays.stream(values).max().orElseThrow();
    double room =
        greatest > least ? 0.05 * (greatest - least) : least == 0 ? 1 : Math.abs(least) * 0.1;
    boolean touchesZero = least >= 0 && least - room < 0.3 * greatest;
    return new Axis(touchesZero ? 0 : least - room, greatest + room, from, to);
  }

  /** An axis from the least value to the greatest. */
  static Axis of(double[] values, double from, double to) {
    double least = Arrays.stream(values).min().orElse(0);
    double greatest = Arrays.stream(values).max().orElse(1);
    return greatest > least
        ? new Axis(least, greatest, from, to)
        : new Axis(least - 1, greatest + 1, from, to);
  }

  double place(double value) {
    return from + (value - least) / (greatest - least) * (to - from);
  }

  /** Multiples of 1, 2 or 5 times a power of ten on the axis, about {@code count}. */
  List<Double> ticks(int count) {
    double step = step(count);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(least / step - 1e-9); i * step <= greatest + step * 1e-9; i++) {
      ticks.add(i * step + 0.0); // no -0
    }
    return ticks;
  }

  /** The same, whole numbers only. */
  List<Double> wholeTicks(int count) {
    return ticks(count).stream().filter(tick -> tick == Math.rint(tick)).toList();
  }

  /** A tick's text: as many decimals as tell it from the next; thousands as k, M. */
  String label(double tick, int count) {
    double step = step(count);
    double magnitude = Math.max(Math.abs(least), Math.abs(greatest));
    if (magnitude >= 1e6) {
      return shortened(tick / 1e6, step / 1e6) + "M";
    }
    if (magnitude >= 1e4) {
      return shortened(tick / 1e3, step / 1e3) + "k";
    }
    if (magnitude < 1e-3 && tick != 0) {
      return String.format(Locale.ROOT, "%.1e", tick);
    }
    return shortened(tick, step);
  }

  private static String shortened(double value, double step) {
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return String.format(Locale.ROOT, "%." + Math.min(decimals, 9) + "f", value);
  }

  private double step(int count) {
    double raw = (greatest - least) / count;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
