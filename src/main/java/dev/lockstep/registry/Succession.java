package dev.lockstep.registry;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.metrics.VersionRow;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who is champion of a model. Every change is one atomic commit on {@code versions} that retires
 * the old champion and makes the new one, so that a model never has two; each commit decides by the
 * rows that it replaces, whatever other promoters do meanwhile.
 */
public final class Succession {
  private final MetricsTables tables;
  private final String model;
  private final Clock clock;

  public Succession(MetricsTables tables, String model, Clock clock) {
    this.tables = tables;
    this.model = model;
    this.clock = clock;
  }

  /** The champion's row; empty where there is none. */
  public Optional<VersionRow> champion() {
    return champion(tables.versions(model));
  }

  /** The row of a version. */
  public Optional<VersionRow> row(String version) {
    return find(tables.versions(model), version);
  }

  /** What was decided of a version as a candidate; empty before. */
  public Optional<Decision> decided(String version) {
    return row(version).flatMap(Decision::of);
  }

  /**
   * Makes a verdict on a candidate count, unless it is decided already: then the earlier decision
   * stands.
   *
   * @param against the champion that the candidate was held against; empty: none
   * @return the decision; empty if another version has become champion in the meantime, and the
   *     verdict says nothing any more
   */
  public Optional<Decision> decide(String candidate, Optional<String> against, Verdict verdict) {
    Change change =
        rows -> {
          VersionRow row = find(rows, candidate).orElseThrow(() -> missing(candidate));
          Optional<Decision> earlier = Decision.of(row);
          Optional<String> champion = champion(rows).map(VersionRow::version);
          if (earlier.isPresent() || !champion.equals(against)) {
            return new Changed(rows, earlier);
          }
          return verdict.promotes()
              ? crowned(rows, candidate, verdict)
              : rejected(rows, candidate, verdict);
        };
    return commit(change);
  }

  /** Makes a version champion, whatever any gate has said of it. */
  public Decision promote(String version) {
    return commit(rows -> crownedByHand(rows, version, "promoted by hand")).orElseThrow();
  }

  /** The same of versions that are all there. */
  Decision rollback() {
    return rollback(version -> {});
  }

  /**
   * Makes the version champion that was retired last, and retires the present one. A second
   * rollback undoes the first.
   *
   * @param check of that version, by its name; what it throws is thrown, and nothing changes
   * @throws InvalidConfigException if no version was retired
   */
  public Decision rollback(Consumer<String> check) {
    Change change =
        rows -> {
          String last =
              rows.stream()
                  .filter(row -> row.status().equals(Status.RETIRED.text()))
                  .max(
                      Comparator.comparing(VersionRow::decidedAt)
                          .thenComparing(VersionRow::version))
                  .map(VersionRow::version)
                  .orElseThrow(
                      () ->
                          new InvalidConfigException(
                              "Cannot roll back %s: no champion was retired".formatted(model)));
          check.accept(last);
          String present = champion(rows).map(VersionRow::version).orElse("no champion");
          return crownedByHand(rows, last, "rolled back by hand from " + present);
        };
    return commit(change).orElseThrow();
  }

  private interface Change {
    Changed of(List<VersionRow> rows);
  }

  private record Changed(List<VersionRow> rows, Optional<Decision> decision) {}

  private Optional<Decision> commit(Change change) {
    List<Changed> last = new ArrayList<>();
    tables.writeVersions(
        model,
        rows -> {
          Changed changed = change.of(rows);
          last.clear();
          last.add(changed);
          return changed.rows();
        });
    return last.get(0).decision();
  }

  private Changed crownedByHand(List<VersionRow> rows, String version, String reason) {
    VersionRow row = find(rows, version).orElseThrow(() -> missing(version));
    if (row.status().equals(Status.CHAMPION.text())) {
      Verdict already = new Verdict(Verdict.PROMOTED, row.reason(), Map.of());
      return new Changed(rows, Optional.of(new Decision(version, null, version, already)));
    }
    return crowned(rows, version, new Verdict(Verdict.PROMOTED, reason, Map.of()));
  }

  private Changed crowned(List<VersionRow> rows, String version, Verdict verdict) {
    String before = champion(rows).map(VersionRow::version).orElse(null);
    Decision decision = new Decision(version, before, version, verdict);
    Instant now = clock.instant();
    List<VersionRow> changed = new ArrayList<>();
    for (VersionRow row : rows) {
      if (row.version().equals(version)) {
        changed.add(decided(row, Status.CHAMPION, now, decision));
      } else if (row.status().equals(Status.CHAMPION.text())) {
        changed.add(retired(row, now, version));
      } else {
        changed.add(row);
      }
    }
    return new Changed(changed, Optional.of(decision));
  }

  private Changed rejected(List<VersionRow> rows, String version, Verdict verdict) {
    String champion = champion(rows).map(VersionRow::version).orElse(null);
    Decision decision = new Decision(version, champion, champion, verdict);
    Instant now = clock.instant();
    List<VersionRow> changed =
        rows.stream()
            .map(
                row ->
                    row.version().equals(version)
                        ? decided(row, Status.REJECTED, now, decision)
                        : row)
            .toList();
    return new Changed(changed, Optional.of(decision));
  }

  /** What was decided of it as a candidate stays, whatever is done by hand later. */
  private static VersionRow decided(VersionRow row, Status status, Instant at, Decision decision) {
    Verdict verdict = decision.verdict();
    VersionRow changed = row.with(status.text(), at, verdict.reason());
    return row.decision() == null ? changed.decided(verdict.decision(), decision.json()) : changed;
  }

  private static VersionRow retired(VersionRow row, Instant at, String by) {
    return row.with(Status.RETIRED.text(), at, "replaced by " + by);
  }

  private InvalidConfigException missing(String version) {
    return new InvalidConfigException(
        "Missing version: %s of %s (run jobs/train first)".formatted(version, model));
  }

  static Optional<VersionRow> champion(List<VersionRow> rows) {
    return rows.stream().filter(row -> row.status().equals(Status.CHAMPION.text())).findFirst();
  }

  private static Optional<VersionRow> find(List<VersionRow> rows, String version) {
    return rows.stream().filter(row -> row.version().equals(version)).findFirst();
  }
}
