package dev.lockstep.validation.profile;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Finds for each column how far the single days are from all rows. */
final class DayRanges {
  /** Chance makes the odds of a rare class vary much: such days tell nothing. */
  private static final double ALPHA = 0.001;

  private final List<ColumnProfile> whole;
  private final String label;
  private final List<LocalDate> dates = new ArrayList<>();
  private final List<List<ColumnProfile>> days = new ArrayList<>();

  /**
   * @param whole profiles of all rows
   * @param label the label's column
   * @param states of each day; those with less than half the usual rows tell nothing
   */
  DayRanges(List<ColumnProfile> whole, String label, SortedMap<LocalDate, RowsState> states) {
    this.whole = whole;
    this.label = label;
    long[] rows = states.values().stream().mapToLong(RowsState::rows).sorted().toArray();
    states.forEach(
        (date, state) -> {
          if (2 * state.rows() >= rows[rows.length / 2]) {
            dates.add(date);
          }
        });
    dates.parallelStream().map(date -> states.get(date).finish()).forEachOrdered(days::add);
  }

  /** The profiles with their days' range. */
  List<ColumnProfile> added() {
    return IntStream.range(0, whole.size())
        .parallel()
        .mapToObj(i -> days.isEmpty() ? whole.get(i) : whole.get(i).with(range(i)))
        .toList();
  }

  private DayRange range(int column) {
    ColumnProfile all = whole.get(column);
    double stability = 0;
    double gap = 0;
    int constantDays = 0;
    for (List<ColumnProfile> day : days) {
      Distance distance = Distance.between(all, day.get(column));
      stability = Math.max(stability, distance.stability());
      gap = Math.max(gap, distance.gap());
      constantDays += day.get(column).isConstant() ? 1 : 0;
    }
    List<DayShift.Day> quantiles = quantiles(column);
    return new DayRange(
        days.size(),
        constantDays,
        days.size() > 1 && constantDays == days.size() && !all.isConstant(),
        stability,
        gap,
        unseen(column),
        shift(quantiles, all.deviation()),
        all.column().equals(label) ? odds(column) : 0,
        quantiles);
  }

  private List<DayShift.Day> quantiles(int column) {
    List<DayShift.Day> quantiles = new ArrayList<>();
    for (int i = 0; i < days.size(); i++) {
      quantiles.add(DayShift.of(dates.get(i), days.get(i).get(column)));
    }
    return quantiles.stream().filter(Objects::nonNull).toList();
  }

  private double odds(int column) {
    return days.stream()
        .mapToDouble(day -> Odds.between(whole.get(column), day.get(column), ALPHA).ratio())
        .max()
        .orElse(1);
  }

  private static double shift(List<DayShift.Day> quantiles, Double deviation) {
    double[] shifts =
        quantiles.stream()
            .mapToDouble(day -> DayShift.fromNearest(day, quantiles, deviation))
            .sorted()
            .toArray();
    return shifts.length < 2 ? 0 : shifts[shifts.length - 2];
  }

  /** The greatest fraction of a day's rows whose category no other day has. */
  private double unseen(int column) {
    if (whole.get(column).categories() == null || whole.get(column).categories().grouped()) {
      return 0;
    }
    Map<String, Integer> seen = new HashMap<>();
    for (List<ColumnProfile> day : days) {
      day.get(column)
          .categories()
          .rows()
          .keySet()
          .forEach(value -> seen.merge(value, 1, Integer::sum));
    }
    double greatest = 0;
    for (List<ColumnProfile> day : days) {
      ColumnProfile profile = day.get(column);
      long alone =
          profile.categories().rows().entrySet().stream()
              .filter(entry -> seen.get(entry.getKey()) == 1)
              .mapToLong(Map.Entry::getValue)
              .sum();
      greatest = Math.max(greatest, (double) alone / profile.rows());
    }
    return greatest;
  }
}
