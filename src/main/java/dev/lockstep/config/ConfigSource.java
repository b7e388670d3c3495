package dev.lockstep.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What settings are read from: each overrides the ones before it, and all of them the defaults.
 *
 * @param file a HOCON file
 * @param sets assignments {@code key=value}; a value that is a number, a list, an object or quoted
 *     is read as HOCON, any other is taken literally
 * @param store overrides {@code store}
 * @param workers overrides {@code train.workers}: a whole number or {@code auto}
 */
public record ConfigSource(
    Optional<Path> file, List<String> sets, Optional<String> store, Optional<String> workers) {

  public ConfigSource {
    sets = List.copyOf(sets);
  }

  /** A file and assignments alone. */
  public static ConfigSource of(Path file, String... sets) {
    return new ConfigSource(Optional.of(file), List.of(sets), Optional.empty(), Optional.empty());
  }
}
