package dev.lockstep.validation;

import dev.lockstep.config.ValidateConfig;
import dev.lockstep.validation.Judgement.Measured;
import dev.lockstep.validation.Judgement.Significance;
import java.time.LocalDate;
import java.util.List;
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

  void run(List<Long> windows) {
    night.date().ifPresent(this::day);
    window(windows);
  }

  private void day(LocalDate date) {
    List<Long> recent =
        tail(night.rowsByDay().headMap(date).values().stream().toList(), config.volume().nights());
    String usual =
        recent.isEmpty() ? "no day has any" : "the days before have " + Math.round(median(recent));
    judgement.add(
        config.missingDay(),
        new Finding(
            Concern.DAY,
            CheckResult.of("day has rows", null, night.freshRows(), 1),
            "rows of " + date,
            "none (" + usual + "; validate.missing-day"));
    if (night.freshRows() == 0) {
      return;
    }
    if (recent.isEmpty()) {
      judgement.notice("Not checked: the volume of " + date + " (no day before it has rows)");
      return;
    }
    List<Long> sameWeekday =
        tail(
            night.rowsByDay().headMap(date).entrySet().stream()
                .filter(entry -> entry.getKey().getDayOfWeek() == date.getDayOfWeek())
                .map(entry -> entry.getValue())
                .toList(),
            config.volume().nights());
    double nearest =
        Stream.of(recent, sameWeekday)
            .filter(days -> !days.isEmpty())
            .mapToDouble(VolumeCheck::median)
            .boxed()
            .min((a, b) -> Double.compare(off(a), off(b)))
            .orElseThrow();
    judgement.limit(
        new Measured(
            Concern.VOLUME,
            "rows of the day against recent days",
            null,
            off(nearest),
            0,
            KEY,
            "volume of " + date,
            "%d rows, where such days have %d".formatted(night.freshRows(), Math.round(nearest))),
        config.volume().limits(),
        0,
        Significance.REAL);
  }

  private void window(List<Long> windows) {
    if (windows.isEmpty()) {
      return;
    }
    double median = median(windows);
    judgement.limit(
        new Measured(
            Concern.VOLUME,
            "rows of the window against recent nights",
            null,
            Math.max(0, 1 - night.rows() / median),
            0,
            KEY,
            "volume of the window",
            "%d rows, where recent nights had %d".formatted(night.rows(), Math.round(median))),
        config.volume().limits(),
        0,
        Significance.REAL);
  }

  /** By how much the smaller one is below the greater one, in [0, 1]. */
  private double off(double median) {
    double rows = night.freshRows();
    return 1 - Math.min(rows / median, median / rows);
  }

  private static List<Long> tail(List<Long> rows, int count) {
    return rows.subList(Math.max(0, rows.size() - count), rows.size());
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
