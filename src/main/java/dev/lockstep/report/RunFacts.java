package dev.lockstep.report;

import dev.lockstep.metrics.CheckRow;
import dev.lockstep.metrics.EpochRow;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.metrics.IterationRow;
import dev.lockstep.metrics.RunRow;
import dev.lockstep.metrics.VersionRow;
import java.util.List;
import java.util.Optional;

/**
 * The rows that a run has in the tables.
 *
 * @param attempts by attempt
 * @param version the run's own, if it has come to one
 * @param classes names in the order of their index; none for a regression, or where they are not
 *     known
 * @param metric that the gate judges by
 */
public record RunFacts(
    String runId,
    List<RunRow> attempts,
    List<EpochRow> epochs,
    List<IterationRow> iterations,
    List<EvaluationRow> evaluations,
    List<CheckRow> checks,
    Optional<VersionRow> version,
    List<String> classes,
    String metric) {

  RunRow lastAttempt() {
    return attempts.get(attempts.size() - 1);
  }
}
