package dev.lockstep.maintenance;

import dev.lockstep.checkpoint.CheckpointFolder;
import dev.lockstep.config.RetentionConfig;
import dev.lockstep.storage.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** What runs leave behind, beyond what is to be kept. */
final class RunSurplus {
  private final Store store;
  private final RetentionConfig retention;
  private final Instant now;

  RunSurplus(Store store, RetentionConfig retention, Instant now) {
    this.store = store;
    this.retention = retention;
    this.now = now;
  }

  /** In the order in which they are to be removed. The run must be no champion's. */
  List<Removal> of(String runId, RunHistory history) {
    Instant last = lastActivity(runId, history);
    if (last.isBefore(now.minus(retention.runs()))) {
      List<Removal> all = new ArrayList<>(checkpoints(runId, 0, "run idle since " + last));
      whole(store.checkpoints(runId), Removal.Kind.CHECKPOINTS, last).ifPresent(all::add);
      whole(store.prepared(runId), Removal.Kind.PREPARED, last).ifPresent(all::add);
      return all;
    }
    return history.isDone() ? checkpoints(runId, retention.checkpoints(), "run done") : List.of();
  }

  private List<Removal> checkpoints(String runId, int keep, String reason) {
    CheckpointFolder folder = new CheckpointFolder(store, runId);
    return folder.surplus(keep).stream()
        .map(folder::path)
        .map(path -> new Removal(Removal.Kind.CHECKPOINTS, path, bytes(path), reason))
        .toList();
  }

  /** Bytes of checkpoints are said with each of them. */
  private Optional<Removal> whole(Path path, Removal.Kind kind, Instant last) {
    if (store.children(path).isEmpty()) {
      return Optional.empty();
    }
    long bytes = kind == Removal.Kind.CHECKPOINTS ? 0 : bytes(path);
    return Optional.of(new Removal(kind, path, bytes, "run idle since " + last));
  }

  private Instant lastActivity(String runId, RunHistory history) {
    return Stream.of(store.prepared(runId), store.checkpoints(runId))
        .filter(path -> !store.children(path).isEmpty())
        .map(path -> Contents.of(store, path).newest())
        .reduce(history.lastActivity().orElse(Instant.MIN), RunSurplus::later);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private long bytes(Path path) {
    return Contents.of(store, path).bytes();
  }
}
