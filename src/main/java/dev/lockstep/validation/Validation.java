package dev.lockstep.validation;

import dev.lockstep.config.ValidateConfig;
import dev.lockstep.validation.Past.Champion;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import dev.lockstep.validation.profile.Profile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/** Judges a night's rows by the settings and the past. */
public final class Validation {
  /** Tests of a column that go by their chance: of its bins, and of its distribution. */
  private static final int TESTS_OF_A_COLUMN = 2;

  private final ValidateConfig config;
  private final Supplier<Past> pastNights;

  /**
   * @param past asked when there is something to judge
   */
  public Validation(ValidateConfig config, Supplier<Past> past) {
    this.config = config;
    this.pastNights = past;
  }

  /**
   * The greatest fraction of validation and test rows that may be of classes which no training row
   * has; absent: any.
   */
  public OptionalDouble mostUnseen() {
    return config.unseen().stop();
  }

  /**
   * Runs all checks that the past allows.
   *
   * @param used columns of the source that the run uses
   */
  public Verdict judge(Night night, Set<String> used) {
    Past past = pastNights.get();
    Judgement judgement = new Judgement();
    Optional<Profile> champion = past.champion().map(Champion::profile);
    judgement.check(
        new CheckResult("compared with a champion", null, champion.isPresent() ? 1 : 0, 0, true));
    if (champion.isEmpty()) {
      judgement.notice("Not checked: schema and drift (the model has no champion with a profile)");
    }
    champion.ifPresent(
        then -> new SchemaCheck(config.schema(), then, judgement).run(night.training(), used));
    new VolumeCheck(config, night, judgement).run(past.windowRows());
    if (night.freshRows() > 0) {
      compare(night, past, judgement);
    }
    return judgement.verdict();
  }

  private void compare(Night night, Past past, Judgement judgement) {
    Optional<Profile> champion = past.champion().map(Champion::profile);
    String label = night.training().label();
    List<ColumnProfile> features =
        night.fresh().stream()
            .filter(column -> !column.column().equals(label))
            .filter(column -> column.aspect() != Aspect.LENGTH)
            .toList();
    double alpha = config.significance() / (TESTS_OF_A_COLUMN * (features.size() + 1));
    night.fresh().stream()
        .filter(column -> column.column().equals(label))
        .findFirst()
        .ifPresent(fresh -> new LabelCheck(config, night, fresh, judgement).run(champion, alpha));
    if (champion.isPresent()) {
      DriftCheck drift = new DriftCheck(config, night, past, alpha, judgement);
      features.forEach(
          fresh -> champion.get().like(fresh).ifPresent(reference -> drift.run(reference, fresh)));
    }
  }
}
