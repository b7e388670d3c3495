package dev.lockstep.pipeline;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.metrics.RunRow;
import java.time.Instant;
import java.util.List;

/** The row of {@code runs} of a night whose data were rejected before there was anything to train. */
final class RejectedRun {
  static final String STATUS = "rejected";

  private RejectedRun() {}

  /** A run that is rejected again keeps its one row. */
  static void write(RunContext context, String error) {
    List<RunRow> rows = context.tables().runs(context.runId().text());
    RunRow last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
    boolean again = last != null && last.status().equals(STATUS);
    if (again && error.equals(last.error())) {
      return;
    }
    int attempt = last == null ? 1 : again ? last.attempt() : last.attempt() + 1;
    context.tables().writeRun(row(context, attempt, error));
  }

  private static RunRow row(RunContext context, int attempt, String error) {
    LockstepConfig config = context.config();
    Instant now = context.clock().instant();
    return new RunRow(
        context.runId().text(),
        attempt,
        config.model(),
        context.logicalDate(),
        STATUS,
        now,
        now,
        context.codeVersion(),
        config.json(),
        config.identity(),
        null,
        null,
        null,
        null,
        null,
        config.train().batchSize(),
        config.train().shards(),
        null,
        config.train().seed(),
        null,
        null,
        null,
        null,
        null,
        error);
  }
}
