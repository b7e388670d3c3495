package dev.lockstep.maintenance;

import dev.lockstep.config.RetentionConfig;
import dev.lockstep.storage.Store;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What belongs to nobody any more: old predictions, and what killed jobs have left. */
final class LooseEnds {
  private final Store store;
  private final RetentionConfig retention;
  private final Instant now;

  LooseEnds(Store store, RetentionConfig retention, Instant now) {
    this.store = store;
    this.retention = retention;
    this.now = now;
  }

  List<Removal> find() {
    Path predictions = new Path(store.root(), "predictions");
    Path models = new Path(store.root(), "models");
    Path checkpoints = new Path(store.root(), "checkpoints");
    Stream<Path> writtenInto =
        Stream.of(
                Stream.of(store.root(), new Path(store.root(), "prepared")),
                directories(checkpoints),
                directories(models),
                directories(predictions))
            .flatMap(paths -> paths);
    Stream<Removal> unfinished =
        writtenInto
            .flatMap(parent -> children(parent, Store::isUnfinished))
            .flatMap(path -> old(Removal.Kind.LEFTOVERS, path));
    Stream<Removal> leases =
        directories(store.leases())
            .flatMap(this::directories)
            .flatMap(path -> old(Removal.Kind.LEFTOVERS, path));
    Stream<Removal> dates =
        directories(predictions)
            .flatMap(model -> children(model, name -> name.startsWith("date=")))
            .flatMap(path -> old(Removal.Kind.PREDICTIONS, path));
    return Stream.of(unfinished, leases, dates).flatMap(removals -> removals).toList();
  }

  private Stream<Removal> old(Removal.Kind kind, Path path) {
    Contents contents = Contents.of(store, path);
    Instant limit =
        now.minus(
            kind == Removal.Kind.PREDICTIONS ? retention.predictions() : retention.leftovers());
    return contents.newest().isBefore(limit)
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
