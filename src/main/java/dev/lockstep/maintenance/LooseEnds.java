package dev.lockstep.maintenance;

import dev.lockstep.config.RetentionConfig;
import dev.lockstep.storage.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What belongs to nobody any more: old predictions, and what killed jobs have left. */
final class LooseEnds {
  /** A holder that has lost touch with the store for a while comes back to its lease. */
  private static final int TIMEOUTS = 10;

  private final Store store;
  private final RetentionConfig retention;
  private final Duration leaseTimeout;
  private final Instant now;

  LooseEnds(Store store, RetentionConfig retention, Duration leaseTimeout, Instant now) {
    this.store = store;
    this.retention = retention;
    this.leaseTimeout = leaseTimeout;
    this.now = now;
  }

  List<Removal> find() {
    Path predictions = new Path(store.root(), "predictions");
    Path models = new Path(store.root(), "models");
    Path checkpoints = new Path(store.root(), "checkpoints");
    Path cards = new Path(store.root(), "cards");
    Stream<Path> writtenInto =
        Stream.of(
                Stream.of(store.root(), new Path(store.root(), "prepared"), store.reports()),
                directories(cards).flatMap(this::directories),
                directories(checkpoints),
                directories(models),
                directories(predictions))
            .flatMap(paths -> paths);
    Stream<Removal> unfinished =
        writtenInto
            .flatMap(parent -> children(parent, Store::isUnfinished))
            .flatMap(path -> old(Removal.Kind.LEFTOVERS, path, retention.leftovers()));
    Stream<Removal> leases =
        directories(store.leases())
            .flatMap(this::directories)
            .flatMap(path -> old(Removal.Kind.LEFTOVERS, path, leaseAge()));
    Stream<Removal> dates =
        directories(predictions)
            .flatMap(model -> children(model, name -> name.startsWith("date=")))
            .flatMap(path -> old(Removal.Kind.PREDICTIONS, path, retention.predictions()));
    return Stream.of(unfinished, leases, dates).flatMap(removals -> removals).toList();
  }

  private Duration leaseAge() {
    Duration least = leaseTimeout.multipliedBy(TIMEOUTS);
    return least.compareTo(retention.leftovers()) > 0 ? least : retention.leftovers();
  }

  private Stream<Removal> old(Removal.Kind kind, Path path, Duration age) {
    Contents contents = Contents.of(store, path);
    return contents.newest().isBefore(now.minus(age))
        ? Stream.of(
            new Removal(kind, path, contents.bytes(), "not written since " + contents.newest()))
        : Stream.empty();
  }

  private Stream<Path> directories(Path parent) {
    return store.children(parent).stream()
        .filter(FileStatus::isDirectory)
        .map(FileStatus::getPath)
        .filter(path -> !path.getName().startsWith("."));
  }

  private Stream<Path> children(Path parent, Predicate<String> named) {
    return store.children(parent).stream()
        .map(FileStatus::getPath)
        .filter(path -> named.test(path.getName()));
  }
}
