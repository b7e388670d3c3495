package dev.lockstep.validation;

import dev.lockstep.config.ValidateConfig;
import dev.lockstep.config.ValidateConfig.Limits;
import dev.lockstep.validation.Judgement.Measured;
import dev.lockstep.validation.Judgement.Significance;
import dev.lockstep.validation.profile.Chance;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/** The logical date has rows, as many as other days have; and the window as many as others had. */
final class VolumeCheck {
  private static final String KEY = "validate.volume";

  private final ValidateConfig config;
  private final Night night;
  private final Judgement judgement;

  VolumeCheck(ValidateConfig config, Night night, Judgement judgement) {
    this.config = config;
    this.night = night;
    this.judgement = judgement;
  }

  /**
   * How many rows are usual.
   *
   * @param rows the median of recent days or of the same weekdays, whichever is nearer
   * @param knowsWeekday whether the same weekday is among them: else a quiet Sunday looks like a
   *     broken day
   */
  private record Usual(double rows, boolean knowsWeekday) {}

  /**
   * @param windows rows of earlier nights' windows
   */
  void run(SortedMap<LocalDate, Long> windows) {
    night
        .date()
        .ifPresent(
            date -> {
              day(date);
              window(date, windows.headMap(date));
            });
  }

  private void day(LocalDate date) {
    SortedMap<LocalDate, Long> before = night.rowsByDay().headMap(date);
    long rows = night.freshRows();
    List<Long> recent = tail(before);
    String known =
        recent.isEmpty() ? "no day has any" : "the days before have " + Math.round(median(recent));
    judgement.add(
        config.missingDay(),
        new Finding(
            Concern.DAY,
            CheckResult.of("day has rows", null, rows, 1),
            "rows of " + date,
            "none (" + known + "; validate.missing-day"));
    if (rows == 0) {
      return;
    }
    if (recent.isEmpty()) {
      judgement.notice("Not checked: the volume of " + date + " (no day before it has rows)");
      return;
    }
    DoubleUnaryOperator off = median -> 1 - Math.min(rows / median, median / rows);
    Usual usual = usual(before, date.getDayOfWeek(), off);
    limit(
        new Measured(
            Concern.VOLUME,
            "rows of the day against recent days",
            null,
            off.applyAsDouble(usual.rows()),
            0,
            KEY,
            "volume of " + date,
            usual.knowsWeekday()
                ? "%d rows, where such days have %d".formatted(rows, Math.round(usual.rows()))
                : "%d rows, where the days before have %d, none of them a %s"
                    .formatted(rows, Math.round(usual.rows()), text(date.getDayOfWeek()))),
        usual.knowsWeekday(),
        Chance.ofRows(rows, usual.rows()));
  }

  /** A window of whole weeks has each weekday as often as the others have. */
  private void window(LocalDate date, SortedMap<LocalDate, Long> before) {
    if (before.isEmpty()) {
      return;
    }
    DoubleUnaryOperator off = median -> Math.max(0, 1 - night.rows() / median);
    Usual usual = usual(before, date.getDayOfWeek(), off);
    limit(
        new Measured(
            Concern.VOLUME,
            "rows of the window against recent nights",
            null,
            off.applyAsDouble(usual.rows()),
            0,
            KEY,
            "volume of the window",
            "%d rows, where recent nights had %d"
                .formatted(night.rows(), Math.round(usual.rows()))),
        usual.knowsWeekday() || night.rowsByDay().size() >= DayOfWeek.values().length,
        Chance.ofRows(night.rows(), usual.rows()));
  }

  /** A warning costs nobody a night, so it asks neither for weekdays nor for chance. */
  private void limit(Measured measured, boolean mayStop, double chance) {
    Limits limits = config.volume().limits();
    judgement.limit(
        measured, new Limits(limits.warn(), OptionalDouble.empty()), 0, Significance.REAL);
    if (mayStop) {
      judgement.limit(
          measured,
          new Limits(OptionalDouble.empty(), limits.stop()),
          0,
          chance < config.significance() ? Significance.REAL : Significance.CHANCE);
    }
  }

  private Usual usual(
      SortedMap<LocalDate, Long> before, DayOfWeek weekday, DoubleUnaryOperator off) {
    SortedMap<LocalDate, Long> same = new TreeMap<>(before);
    same.keySet().removeIf(day -> day.getDayOfWeek() != weekday);
    double nearest =
        Stream.of(before, same)
            .filter(days -> !days.isEmpty())
            .map(days -> median(tail(days)))
            .min((a, b) -> Double.compare(off.applyAsDouble(a), off.applyAsDouble(b)))
            .orElseThrow();
    return new Usual(nearest, !same.isEmpty());
  }

  /** Rows of the last days or nights that count. */
  private List<Long> tail(SortedMap<LocalDate, Long> days) {
    List<Long> rows = List.copyOf(days.values());
    return rows.subList(Math.max(0, rows.size() - config.volume().nights()), rows.size());
  }

  private static String text(DayOfWeek weekday) {
    return weekday.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  /** The mean of the middle two of an even number. */
  private static double median(List<Long> rows) {
    List<Long> sorted = rows.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
  }
}
