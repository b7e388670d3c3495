package dev.lockstep.validation;

import dev.lockstep.config.ValidateConfig;
import dev.lockstep.config.ValidateConfig.Limits;
import dev.lockstep.validation.Judgement.Measured;
import dev.lockstep.validation.Judgement.Significance;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.DayRange;
import dev.lockstep.validation.profile.DayShift;
import dev.lockstep.validation.profile.Distance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A feature's values are like those that the champion was trained on: known categories, and no
 * further from the training rows than days of that column usually are.
 */
final class DriftCheck {
  private final ValidateConfig config;
  private final Night night;
  private final Past past;
  private final double alpha;
  private final Judgement judgement;

  DriftCheck(ValidateConfig config, Night night, Past past, double alpha, Judgement judgement) {
    this.config = config;
    this.night = night;
    this.past = past;
    this.alpha = alpha;
    this.judgement = judgement;
  }

  void run(ColumnProfile reference, ColumnProfile fresh) {
    Optional<DayRange> days = Optional.ofNullable(reference.days());
    if (config.drift().except().contains(fresh.column())
        || days.filter(DayRange::oneValue).isPresent()) {
      return;
    }
    Distance distance = Distance.between(reference, fresh);
    if (fresh.categories() != null) {
      unseen(fresh, distance, days.map(DayRange::unseen).orElse(0.0));
    }
    Significance gapCounts = counts(distance.gapChance());
    limit(
        new Measured(
            Concern.DRIFT,
            "population stability index",
            fresh.label(),
            distance.stability(),
            days.map(DayRange::stability).orElse(0.0),
            "validate.drift.psi",
            "column " + fresh.label(),
            "population stability index %s between the %s and the champion's training rows"
                .formatted(Judgement.number(distance.stability()), night.freshName())),
        config.drift().stability(),
        counts(distance.stabilityChance()));
    limit(
        new Measured(
            Concern.DRIFT,
            fresh.categories() == null ? "Kolmogorov-Smirnov distance" : "total variation distance",
            fresh.label(),
            distance.gap(),
            days.map(DayRange::gap).orElse(0.0),
            "validate.drift.gap",
            "column " + fresh.label(),
            "%s %s between the %s and the champion's training rows"
                .formatted(
                    fresh.categories() == null ? "Kolmogorov-Smirnov distance" : "distance",
                    Judgement.number(distance.gap()),
                    night.freshName())),
        config.drift().gap(),
        gapCounts);
    days.ifPresent(range -> shift(reference, fresh, range, gapCounts));
  }

  private void unseen(ColumnProfile fresh, Distance distance, double usual) {
    limit(
        new Measured(
            Concern.UNSEEN,
            "categories never seen",
            fresh.label(),
            distance.unseen(),
            usual,
            "validate.unseen",
            "column " + fresh.label(),
            "%s of the %s have a value that no training row of the champion has"
                .formatted(Judgement.number(distance.unseen()), night.freshName())),
        config.unseen(),
        counts(distance.unseenChance()));
  }

  private void shift(
      ColumnProfile reference, ColumnProfile fresh, DayRange range, Significance counts) {
    Optional<DayShift.Day> day = night.date().map(date -> DayShift.of(date, fresh));
    if (day.isEmpty() || range.quantiles().isEmpty()) {
      return;
    }
    double shift = DayShift.fromNearest(day.get(), knownDays(fresh, range), reference.deviation());
    limit(
        new Measured(
            Concern.DRIFT,
            "shift from the nearest day",
            fresh.label(),
            shift,
            range.shift(),
            "validate.drift.shift",
            "column " + fresh.label(),
            "the %s (mean %s) are %s standard deviations from the most similar day (the champion's mean is %s)"
                .formatted(
                    night.freshName(),
                    Judgement.number(fresh.mean()),
                    Judgement.number(shift),
                    Judgement.number(reference.mean()))),
        config.drift().shift(),
        counts);
  }

  /**
   * The champion's days, and later ones of this run's window that nobody rejected: a champion of
   * some weeks ago knows nothing of the season since.
   */
  private List<DayShift.Day> knownDays(ColumnProfile fresh, DayRange range) {
    List<DayShift.Day> known = new ArrayList<>(range.quantiles());
    night
        .training()
        .like(fresh)
        .flatMap(own -> Optional.ofNullable(own.days()))
        .ifPresent(
            own ->
                own.quantiles().stream()
                    .filter(day -> !past.rejected().contains(day.day()))
                    .filter(day -> day.day().isAfter(championsLast()))
                    .forEach(known::add));
    return known;
  }

  private java.time.LocalDate championsLast() {
    return past.champion().orElseThrow().profile().lastDay();
  }

  private Significance counts(double chance) {
    return chance < alpha ? Significance.REAL : Significance.CHANCE;
  }

  private void limit(Measured measured, Limits limits, Significance significance) {
    judgement.limit(measured, limits, config.dayFactor(), significance);
  }
}
