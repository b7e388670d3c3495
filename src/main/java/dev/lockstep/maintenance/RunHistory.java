package dev.lockstep.maintenance;

import dev.lockstep.metrics.RunRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the table {@code runs} tells of one run's attempts. */
record RunHistory(List<RunRow> attempts) {

  /** When an attempt last began or ended; empty for a run that never got that far. */
  Optional<Instant> lastActivity() {
    return attempts.stream()
        .flatMap(row -> Stream.of(Optional.ofNullable(row.startedAt()), ended(row)))
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  boolean isActiveSince(Instant time) {
    return lastActivity().filter(last -> !last.isBefore(time)).isPresent();
  }

  boolean isDone() {
    return attempts.stream()
        .max(Comparator.comparingInt(RunRow::attempt))
        .filter(last -> last.status().equals("done"))
        .isPresent();
  }

  private static Optional<Instant> ended(RunRow row) {
    return Optional.ofNullable(row.endedAt());
  }
}
