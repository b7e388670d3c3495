package dev.lockstep.validation;

import dev.lockstep.config.KnownNames;
import dev.lockstep.config.ValidateConfig.Strictness;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import dev.lockstep.validation.profile.Profile;
import java.util.List;
import java.util.Set;

/**
 * The source has the columns that it had for the champion, with the same types. What the run does
 * not use is at most a warning.
 */
final class SchemaCheck {
  private final Strictness strictness;
  private final Profile champion;
  private final Judgement judgement;

  SchemaCheck(Strictness strictness, Profile champion, Judgement judgement) {
    this.strictness = strictness;
    this.champion = champion;
    this.judgement = judgement;
  }

  /**
   * @param used columns that the run uses; they exist
   */
  void run(Profile training, Set<String> used) {
    List<String> added =
        training.schema().keySet().stream()
            .filter(name -> !champion.schema().containsKey(name))
            .toList();
    champion
        .schema()
        .forEach(
            (name, type) -> {
              String now = training.schema().get(name);
              exists(name, now != null, added);
              if (now != null) {
                sameType(name, type, now, used.contains(name));
              }
            });
    if (!added.isEmpty()) {
      judgement.notice("New columns since the champion: " + String.join(", ", added));
    }
    training.columns().stream()
        .filter(column -> column.aspect() == Aspect.LENGTH)
        .forEach(this::sameLength);
  }

  private void exists(String name, boolean exists, List<String> added) {
    String nearest = added.isEmpty() ? "" : ", nearest new one: " + KnownNames.nearest(name, added);
    judgement.add(
        atMostWarning(),
        new Finding(
            Concern.SCHEMA,
            CheckResult.of("column of the champion's source", name, exists ? 1 : 0, 1),
            "column " + name,
            "the source has it no more, the run does not use it" + nearest + " (validate.schema"));
  }

  private void sameType(String name, String then, String now, boolean used) {
    judgement.add(
        used ? strictness : atMostWarning(),
        new Finding(
            Concern.SCHEMA,
            CheckResult.of("type of the champion's source", name, then.equals(now) ? 1 : 0, 1),
            "type of column " + name,
            "%s, the champion's was %s (validate.schema".formatted(now, then)));
  }

  private void sameLength(ColumnProfile arrays) {
    champion
        .like(arrays)
        .filter(then -> then.greatest() != null)
        .ifPresent(
            then ->
                judgement.add(
                    strictness,
                    new Finding(
                        Concern.SCHEMA,
                        CheckResult.of(
                            "array length of the champion's source",
                            arrays.column(),
                            then.greatest().equals(arrays.greatest()) ? 1 : 0,
                            1),
                        "column " + arrays.column(),
                        "arrays of %s elements, the champion's had %s (validate.schema"
                            .formatted(
                                Judgement.number(arrays.greatest()),
                                Judgement.number(then.greatest())))));
  }

  private Strictness atMostWarning() {
    return strictness == Strictness.STOP ? Strictness.WARN : strictness;
  }
}
