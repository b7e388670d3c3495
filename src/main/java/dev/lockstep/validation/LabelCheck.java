package dev.lockstep.validation;

import dev.lockstep.config.Task;
import dev.lockstep.config.ValidateConfig;
import dev.lockstep.config.ValidateConfig.Strictness;
import dev.lockstep.validation.Judgement.Measured;
import dev.lockstep.validation.Judgement.Significance;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.Distance;
import dev.lockstep.validation.profile.Profile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The label's values are as common as they were. */
final class LabelCheck {
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
      then.or(() -> night.training().like(fresh)).ifPresent(this::severalClasses);
    }
    then.ifPresent(reference -> difference(reference, alpha));
  }

  /** A day of one class is broken unless chance makes such days. */
  private void severalClasses(ColumnProfile reference) {
    long classes = classes(fresh).size();
    String one = classes(fresh).keySet().stream().findFirst().orElse("");
    double share = classes(reference).getOrDefault(one, 0L) / (double) reference.rows();
    boolean likely = Math.pow(share, fresh.rows()) > config.significance();
    judgement.add(
        config.label().stop().isPresent() ? Strictness.STOP : Strictness.OFF,
        new Finding(
            Concern.LABEL,
            CheckResult.of("classes of the day", fresh.column(), classes, likely ? 1 : 2),
            "data.label " + fresh.column(),
            "all %d %s have %s, %s of the training rows have another one (validate.label.stop = off lets it pass"
                .formatted(fresh.rows(), night.freshName(), one, Judgement.number(1 - share))));
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
        config.label(),
        config.dayFactor(),
        distance.gapChance() < alpha ? Significance.REAL : Significance.CHANCE);
  }

  /** Rows of each class; of numbers there are two at most. */
  private static Map<String, Long> classes(ColumnProfile label) {
    if (label.categories() != null) {
      return label.categories().rows();
    }
    Map<String, Long> classes = new TreeMap<>();
    for (int i = 0; i < label.histogram().from().size(); i++) {
      classes.put(
          Judgement.number(label.histogram().from().get(i)), label.histogram().rows().get(i));
    }
    return classes;
  }
}
