package dev.lockstep.maintenance;

import dev.lockstep.metrics.VersionRow;
import dev.lockstep.storage.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;

/** Versions that were decided against and are beyond what is to be kept. */
final class VersionSurplus {
  private static final Set<String> PAST = Set.of("retired", "rejected");

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
    Set<String> surplus =
        rows.stream()
            .filter(row -> PAST.contains(row.status()))
            .sorted(
                Comparator.comparing(
                    VersionRow::decidedAt, Comparator.nullsLast(Comparator.reverseOrder())))
            .skip(keep)
            .map(VersionRow::version)
            .filter(version -> !needed.contains(version))
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
}
