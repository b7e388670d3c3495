package dev.lockstep.validation.profile;

import java.time.LocalDate;
import java.util.List;

/**
 * How far a day's numbers are from those of the nearest other day, in standard deviations: the mean
 * distance of their quantiles, which is the 1-Wasserstein distance at {@link #QUANTILES} points.
 *
 * <p>A day of rare weather is far from the mean of two months, and near another day of them; one in
 * other units is near none.
 */
public final class DayShift {
  static final int QUANTILES = 20;

  /** Fewer numbers say too little about a day. */
  private static final int LEAST_NUMBERS = 5;

  private DayShift() {}

  /** Quantiles of a day's numbers, at the middles of {@link #QUANTILES} equal parts. */
  public record Day(LocalDate day, List<Double> quantiles) {}

  /** Null if there are too few numbers. */
  public static Day of(LocalDate day, ColumnProfile profile) {
    if (profile.histogram() == null || profile.present() < LEAST_NUMBERS) {
      return null;
    }
    double[] quantiles = profile.histogram().quantiles(QUANTILES);
    return new Day(day, java.util.Arrays.stream(quantiles).boxed().toList());
  }

  /**
   * From the nearest of the others that are of another date; 0 if there are none, or they all have
   * one value.
   */
  public static double fromNearest(Day day, List<Day> others, double deviation) {
    double nearest = Double.POSITIVE_INFINITY;
    for (Day other : others) {
      if (!other.day().equals(day.day())) {
        nearest = Math.min(nearest, distance(day, other));
      }
    }
    return deviation > 0 && nearest < Double.POSITIVE_INFINITY ? nearest / deviation : 0;
  }

  private static double distance(Day one, Day other) {
    double sum = 0;
    for (int i = 0; i < QUANTILES; i++) {
      sum += Math.abs(one.quantiles().get(i) - other.quantiles().get(i));
    }
    return sum / QUANTILES;
  }
}
