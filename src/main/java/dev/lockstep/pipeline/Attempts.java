package dev.lockstep.pipeline;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.metrics.RunRow;
import dev.lockstep.registry.Provenance;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.training.DivergedException;
import dev.lockstep.training.FailureReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The rows of {@code runs}: one for each time that somebody tried to train a run. */
final class Attempts {
  static final String RUNNING = "running";
  static final String DONE = "done";
  static final String FAILED = "failed";
  static final String DIVERGED = "diverged";
  static final String KILLED = "killed";
  static final String REJECTED = "rejected";

  private final RunContext context;
  private final RunRow opened;

  private Attempts(RunContext context, RunRow opened) {
    this.context = context;
    this.opened = opened;
  }

  /** How an attempt ended; what is not known yet is null. */
  record End(
      String status,
      Integer epochs,
      Integer iterations,
      String stopReason,
      String parametersSha256,
      String error) {}

  /** What an attempt trains; all null where the data were rejected. */
  private record Subject(
      String fingerprint,
      Long trainRows,
      Long validationRows,
      Long testRows,
      Long parameters,
      Integer workers,
      String startedFrom) {
    static final Subject NONE = new Subject(null, null, null, null, null, null, null);

    static Subject of(PreparedData prepared, long parameters, int workers) {
      return new Subject(
          prepared.fingerprint(),
          prepared.trainRows(),
          prepared.validationRows(),
          prepared.testRows(),
          parameters,
          workers,
          prepared.startedFrom());
    }
  }

  /** Opens a new attempt; earlier ones that never ended were killed. */
  static Attempts begin(RunContext context, PreparedData prepared, long parameters, int workers) {
    int last = 0;
    for (RunRow row : context.tables().runs(context.runId().text())) {
      last = Math.max(last, row.attempt());
      if (row.status().equals(RUNNING)) {
        context.tables().writeRun(killed(row));
      }
    }
    Subject subject = Subject.of(prepared, parameters, workers);
    RunRow opened = opened(context, last + 1, context.clock().instant(), subject);
    context.tables().writeRun(opened);
    return new Attempts(context, opened);
  }

  int number() {
    return opened.attempt();
  }

  void end(End end) {
    context.tables().writeRun(ended(opened, context.clock().instant(), end));
  }

  void fail(Throwable error) {
    String status = error instanceof DivergedException ? DIVERGED : FAILED;
    end(new End(status, null, null, null, null, Secrets.masked(FailureReason.of(error).text())));
  }

  /**
   * Keeps that a run's data were rejected, in a row of its own; the same row when they are again.
   */
  static void reject(RunContext context, Instant startedAt, RejectedDataException why) {
    List<RunRow> rows = context.tables().runs(context.runId().text());
    RunRow last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
    boolean again = last != null && last.status().equals(REJECTED);
    int attempt = last == null ? 1 : again ? last.attempt() : last.attempt() + 1;
    Instant began = again ? last.startedAt() : startedAt;
    RunRow opened = opened(context, attempt, began, Subject.NONE);
    Instant endedAt = again ? last.endedAt() : context.clock().instant();
    End end = new End(REJECTED, null, null, null, null, why.getMessage());
    context.tables().writeRun(ended(opened, endedAt, end));
  }

  private static RunRow opened(
      RunContext context, int attempt, Instant startedAt, Subject subject) {
    LockstepConfig config = context.config();
    return new RunRow(
        context.runId().text(),
        attempt,
        config.model(),
        context.logicalDate(),
        RUNNING,
        startedAt,
        null,
        context.codeVersion(),
        config.json(),
        config.identity(),
        subject.fingerprint(),
        subject.trainRows(),
        subject.validationRows(),
        subject.testRows(),
        subject.parameters(),
        config.train().batchSize(),
        config.train().shards(),
        subject.workers(),
        config.train().seed(),
        null,
        null,
        null,
        null,
        null,
        subject.startedFrom());
  }

  /**
   * Ends attempts whose end was never recorded although the run's version is there: the last of
   * them made it and was killed before it could say so.
   */
  static void settle(RunContext context, Version version) {
    List<RunRow> rows = context.tables().runs(context.runId().text());
    for (RunRow row : rows) {
      if (row.status().equals(RUNNING)) {
        boolean last = row.attempt() == rows.get(rows.size() - 1).attempt();
        context.tables().writeRun(last ? done(row, version.provenance()) : killed(row));
      }
    }
  }

  private static RunRow done(RunRow row, Provenance made) {
    Map<String, Object> training = made.training();
    End end =
        new End(
            DONE,
            (Integer) training.get("epochs"),
            (Integer) training.get("iterations"),
            (String) training.get("stop_reason"),
            made.parametersSha256(),
            null);
    return ended(row, made.createdAt(), end);
  }

  private static RunRow killed(RunRow row) {
    return ended(
        row,
        row.endedAt(),
        new End(
            KILLED,
            row.epochs(),
            row.iterations(),
            row.stopReason(),
            row.parametersSha256(),
            "no end was recorded"));
  }

  private static RunRow ended(RunRow row, Instant endedAt, End end) {
    return new RunRow(
        row.runId(),
        row.attempt(),
        row.model(),
        row.logicalDate(),
        end.status(),
        row.startedAt(),
        endedAt,
        row.codeVersion(),
        row.config(),
        row.configSha256(),
        row.dataFingerprint(),
        row.trainRows(),
        row.validationRows(),
        row.testRows(),
        row.parameters(),
        row.batchSize(),
        row.shards(),
        row.workers(),
        row.seed(),
        end.epochs(),
        end.iterations(),
        end.stopReason(),
        end.parametersSha256(),
        end.error(),
        row.startedFrom());
  }
}
