package dev.lockstep.validation;

import dev.lockstep.config.Task;
import dev.lockstep.config.ValidateConfig;
import dev.lockstep.config.ValidateConfig.Strictness;
import dev.lockstep.validation.Judgement.Measured;
import dev.lockstep.validation.Judgement.Significance;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.DayRange;
import dev.lockstep.validation.profile.Distance;
import dev.lockstep.validation.profile.Odds;
import dev.lockstep.validation.profile.Profile;
import java.util.Map;
import java.util.Optional;

/** The label's values are as common as they were. */
final class LabelCheck {
  /** Of all days, those that make something usual. */
  private static final double LEAST_USUAL = 0.05;

  private static final int LEAST_DAYS = 3;

  private final ValidateConfig config;
  private final Night night;
  private final ColumnProfile fresh;
  private final Judgement judgement;

  LabelCheck(ValidateConfig config, Night night, ColumnProfile fresh, Judgement judgement) {
    this.config = config;
    this.night = night;
    this.fresh = fresh;
    this.judgement = judgement;
  }

  void run(Optional<Profile> champion, double alpha) {
    Optional<ColumnProfile> then = champion.flatMap(profile -> profile.like(fresh));
    if (night.task() != Task.REGRESSION) {
      then.or(() -> night.training().like(fresh).filter(LabelCheck::hasDays))
          .ifPresent(reference -> severalClasses(reference, then.isEmpty()));
    }
    then.ifPresent(reference -> difference(reference, alpha));
    then.filter(reference -> hasSeveralClasses() && night.task() != Task.REGRESSION)
        .ifPresent(reference -> odds(reference, alpha));
  }

  /**
   * A day of one class is broken unless chance, or the data, make such days.
   *
   * @param isOwn true if the reference has this day's rows, too
   */
  private void severalClasses(ColumnProfile reference, boolean isOwn) {
    String one = fresh.classes().keySet().stream().findFirst().orElse("");
    double share = reference.classes().getOrDefault(one, 0L) / (double) reference.rows();
    boolean likely =
        Math.pow(share, fresh.rows()) > config.significance() || isUsual(reference, isOwn);
    judgement.add(
        config.label().gap().stop().isPresent() ? Strictness.STOP : Strictness.OFF,
        new Finding(
            Concern.LABEL,
            CheckResult.of(
                "classes of the day", fresh.column(), fresh.classes().size(), likely ? 1 : 2),
            "data.label " + fresh.column(),
            "all %d %s have %s, %s of the training rows have another one (validate.label.stop = off lets it pass"
                .formatted(fresh.rows(), night.freshName(), one, Judgement.number(1 - share))));
  }

  /** A day of one class is judged as such. */
  private boolean hasSeveralClasses() {
    return fresh.classes().size() > 1;
  }

  /** Whether enough is known of other days, where there is no champion. */
  private static boolean hasDays(ColumnProfile own) {
    return own.days() != null && own.days().days() >= LEAST_DAYS;
  }

  private static boolean isUsual(ColumnProfile reference, boolean isOwn) {
    DayRange days = reference.days();
    return days != null && days.constantDays() - (isOwn ? 1 : 0) >= LEAST_USUAL * days.days();
  }

  private void difference(ColumnProfile reference, double alpha) {
    Distance distance = Distance.between(reference, fresh);
    String fact =
        night.task() == Task.BINARY
            ? "%s of the %s are 1, %s of the champion's training rows"
                .formatted(
                    Judgement.number(fresh.mean()),
                    night.freshName(),
                    Judgement.number(reference.mean()))
            : "the %s differ by %s from the champion's training rows"
                .formatted(night.freshName(), Judgement.number(distance.gap()));
    judgement.limit(
        new Measured(
            Concern.LABEL,
            "label against the champion's",
            fresh.column(),
            distance.gap(),
            reference.days() == null ? 0 : reference.days().gap(),
            "validate.label",
            "data.label " + fresh.column(),
            fact),
        config.label().gap(),
        config.dayFactor(),
        distance.gapChance() < alpha ? Significance.REAL : Significance.CHANCE);
  }

  private void odds(ColumnProfile reference, double alpha) {
    Odds odds = Odds.between(reference, fresh, alpha);
    String one = odds.value();
    judgement.limit(
        new Measured(
            Concern.LABEL,
            "odds of a class against the champion's",
            fresh.column(),
            odds.ratio(),
            reference.days() == null ? 0 : reference.days().odds(),
            "validate.label.odds",
            "data.label " + fresh.column(),
            "%s of the %s are %s, %s of the champion's training rows: odds %s times apart"
                .formatted(
                    Judgement.number(share(fresh, one)),
                    night.freshName(),
                    one,
                    Judgement.number(share(reference, one)),
                    Judgement.number(odds.ratio()))),
        config.label().odds(),
        config.dayFactor(),
        Significance.REAL);
  }

  private static double share(ColumnProfile label, String one) {
    return label.classes().entrySet().stream()
            .filter(entry -> entry.getKey().equals(one))
            .mapToLong(Map.Entry::getValue)
            .sum()
        / (double) label.rows();
  }
}
