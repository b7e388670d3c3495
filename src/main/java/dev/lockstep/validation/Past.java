package dev.lockstep.validation;

import dev.lockstep.validation.profile.Profile;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a night is held against.
 *
 * @param champion the champion of the model, if it has one with a profile
 * @param windowRows rows of the last nights' windows
 * @param rejected days whose own night was rejected
 */
public record Past(Optional<Champion> champion, List<Long> windowRows, Set<LocalDate> rejected) {

  public Past {
    windowRows = List.copyOf(windowRows);
    rejected = Set.copyOf(rejected);
  }

  /** A model's champion and what it was trained on. */
  public record Champion(String version, Profile profile) {}

  /** Of a model's first night. */
  public static Past none() {
    return new Past(Optional.empty(), List.of(), Set.of());
  }
}
