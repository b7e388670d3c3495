package dev.lockstep.maintenance;

import dev.lockstep.config.LeaseConfig;
import dev.lockstep.config.RetentionConfig;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.metrics.RunRow;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import dev.lockstep.storage.lease.Lease;
import dev.lockstep.storage.lease.LeaseHolder;
import dev.lockstep.storage.lease.LeaseName;
import dev.lockstep.storage.lease.LeaseTerms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Removes directories of a store that nobody needs any more.
 *
 * <p>What a champion needs stays: its version, and its run's data and checkpoints. So does what a
 * driver works on: whatever is removed of a run or a model is found once more, and removed, while
 * its lease is held.
 */
public final class Maintenance {
  private static final String CHAMPION = "champion";

  /** In the manifest of prepared data: the version whose features they have. */
  private static final String STARTED_FROM = "started_from";

  private final Store store;
  private final MetricsTables tables;
  private final RetentionConfig retention;
  private final LeaseTerms terms;
  private final LeaseHolder holder;
  private final Clock clock;
  private final Consumer<String> notices;

  /**
   * What it works on.
   *
   * @param application Spark's id of it
   * @param notices gets a line for each thing that is left out
   */
  public record Scope(
      Store store,
      MetricsTables tables,
      String application,
      Clock clock,
      Consumer<String> notices) {}

  public Maintenance(Scope scope, RetentionConfig retention, LeaseConfig lease) {
    this.store = scope.store();
    this.tables = scope.tables();
    this.retention = retention;
    this.terms = LeaseTerms.of(lease.timeout(), Duration.ZERO);
    this.holder = LeaseHolder.ofThisProcess(scope.application(), scope.clock());
    this.clock = scope.clock();
    this.notices = scope.notices();
  }

  /** What could be removed now, in the order of removal; changes nothing. */
  public List<Removal> find() {
    List<Removal> found = new ArrayList<>();
    for (String runId : runIds()) {
      if (!isHeld(LeaseName.ofRun(store, runId))) {
        found.addAll(ofRun(runId));
      }
    }
    for (String model : models()) {
      if (!isHeld(LeaseName.ofModel(store, model))) {
        found.addAll(ofModel(model));
      }
    }
    found.addAll(looseEnds());
    return found;
  }

  /**
   * Removes what can be removed now.
   *
   * @return what was removed
   * @throws StoreException if the store fails; what was removed until then is gone
   */
  public List<Removal> apply() {
    List<Removal> removed = new ArrayList<>();
    for (String runId : runIds()) {
      if (!ofRun(runId).isEmpty()) {
        removed.addAll(holding(LeaseName.ofRun(store, runId), () -> ofRun(runId)));
      }
    }
    for (String model : models()) {
      if (!ofModel(model).isEmpty()) {
        removed.addAll(holding(LeaseName.ofModel(store, model), () -> ofModel(model)));
      }
    }
    removed.addAll(remove(store, looseEnds()));
    return removed;
  }

  /** Runs that a driver works on now, as far as can be seen. */
  public Set<String> busyRuns() {
    return store.children(new Path(store.leases(), "runs")).stream()
        .map(status -> status.getPath().getName())
        .filter(Store::isName)
        .filter(runId -> isHeld(LeaseName.ofRun(store, runId)))
        .collect(sorted());
  }

  private List<Removal> holding(LeaseName name, Supplier<List<Removal>> found) {
    Lease lease;
    try {
      lease = Lease.acquire(name, holder, terms, line -> {});
    } catch (StoreException held) {
      notices.accept("Left out: " + held.getMessage());
      return List.of();
    }
    try (lease) {
      return remove(store.fenced(lease), found.get());
    }
  }

  private static List<Removal> remove(Store store, List<Removal> removals) {
    removals.forEach(removal -> store.remove(removal.path()));
    return removals;
  }

  private List<Removal> ofRun(String runId) {
    RunHistory history = new RunHistory(tables.runs(runId));
    return championsRuns().contains(runId)
        ? List.of()
        : new RunSurplus(store, retention, now()).of(runId, history);
  }

  private List<Removal> ofModel(String model) {
    return new VersionSurplus(store, retention.versions())
        .of(model, tables.versions(model), startingPoints());
  }

  /** Versions that runs which may still go on have started from, or will. */
  private Set<String> startingPoints() {
    Map<String, List<RunRow>> runs =
        tables.runs().stream().collect(Collectors.groupingBy(RunRow::runId));
    Stream<String> trained =
        runs.values().stream()
            .map(RunHistory::new)
            .filter(history -> !history.isDone() && history.isActiveSince(oldestRun()))
            .flatMap(history -> history.attempts().stream())
            .map(RunRow::startedFrom)
            .filter(Objects::nonNull);
    Stream<String> prepared =
        names("prepared")
            .filter(runId -> !new RunHistory(runs.getOrDefault(runId, List.of())).isDone())
            .flatMap(runId -> CommittedDirectory.read(store, store.prepared(runId)).stream())
            .map(directory -> directory.manifest().properties().get(STARTED_FROM))
            .filter(Objects::nonNull);
    return Stream.concat(trained, prepared).collect(Collectors.toSet());
  }

  private Instant oldestRun() {
    return now().minus(retention.runs());
  }

  private List<Removal> looseEnds() {
    return new LooseEnds(store, retention, terms.timeout(), now()).find();
  }

  private Set<String> championsRuns() {
    return tables.versions().stream()
        .filter(row -> row.status().equals(CHAMPION))
        .map(VersionRow::runId)
        .collect(Collectors.toSet());
  }

  private boolean isHeld(LeaseName name) {
    return Lease.isHeld(name, terms);
  }

  private Set<String> runIds() {
    return Stream.of("prepared", "checkpoints").flatMap(this::names).collect(sorted());
  }

  private Set<String> models() {
    return names("models").collect(sorted());
  }

  /** Of the directories; hidden ones are half-written. */
  private Stream<String> names(String kind) {
    return store.children(new Path(store.root(), kind)).stream()
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .filter(name -> !name.startsWith(".") && Store.isName(name));
  }

  private Instant now() {
    return clock.instant();
  }

  private static Collector<String, ?, Set<String>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }
}
