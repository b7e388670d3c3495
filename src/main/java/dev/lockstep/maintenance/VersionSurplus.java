package dev.lockstep.maintenance;

import dev.lockstep.metrics.VersionRow;
import dev.lockstep.storage.Store;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;

/**
 * Versions that were decided against and are beyond what is to be kept. The one that a rollback
 * goes back to stays, however many were rejected since and however few are to be kept.
 */
final class VersionSurplus {
  private static final String RETIRED = "retired";
  private static final Set<String> PAST = Set.of(RETIRED, "rejected");

  private static final Comparator<VersionRow> BY_DECISION =
      Comparator.comparing(
              VersionRow::decidedAt, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
          .thenComparing(VersionRow::version);

  private final Store store;
  private final int keep;

  VersionSurplus(Store store, int keep) {
    this.store = store;
    this.keep = keep;
  }

  /**
   * Only what lies on the store and has a row; a row's own path is not trusted.
   *
   * @param rows of the model
   * @param needed versions that stay whatever their row says
   */
  List<Removal> of(String model, List<VersionRow> rows, Set<String> needed) {
    Optional<String> fallback = lastRetired(rows);
    Set<String> surplus =
        rows.stream()
            .filter(row -> PAST.contains(row.status()))
            .sorted(BY_DECISION.reversed())
            .skip(keep)
            .map(VersionRow::version)
            .filter(version -> !needed.contains(version) && !fallback.equals(Optional.of(version)))
            .collect(Collectors.toSet());
    return store.children(store.models(model)).stream()
        .map(FileStatus::getPath)
        .filter(path -> surplus.contains(path.getName()))
        .map(
            path ->
                new Removal(
                    Removal.Kind.VERSIONS,
                    path,
                    Contents.of(store, path).bytes(),
                    "beyond the latest " + keep + " retired and rejected versions"))
        .toList();
  }

  private static Optional<String> lastRetired(List<VersionRow> rows) {
    return rows.stream()
        .filter(row -> row.status().equals(RETIRED))
        .max(BY_DECISION)
        .map(VersionRow::version);
  }
}
