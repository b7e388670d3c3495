package dev.lockstep.validation;

import dev.lockstep.validation.profile.Profile;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a night is held against.
 *
 * @param champion the champion of the model, if it has one with a profile
 * @param windowRows rows of earlier nights' windows, by their logical date
 * @param rejected days whose own night was rejected
 */
public record Past(
    Optional<Champion> champion, SortedMap<LocalDate, Long> windowRows, Set<LocalDate> rejected) {

  public Past {
    windowRows = Collections.unmodifiableSortedMap(new TreeMap<>(windowRows));
    rejected = Set.copyOf(rejected);
  }

  /** A model's champion and what it was trained on. */
  public record Champion(String version, Profile profile) {}

  /** Of a model's first night. */
  public static Past none() {
    return new Past(Optional.empty(), Collections.emptySortedMap(), Set.of());
  }
}
