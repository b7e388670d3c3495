package dev.lockstep.pipeline;

import dev.lockstep.dataset.CheckResult;
import dev.lockstep.dataset.Preparation;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.metrics.CheckRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the source to the run's prepared data; the outcome of each rule becomes a row, kept or
 * broken.
 */
public final class PrepareStep {
  private PrepareStep() {}

  /** Prepares the run's data, unless they are there. */
  public static PreparedData run(RunContext context) {
    return Leases.ofRun(context, PrepareStep::prepare);
  }

  private static PreparedData prepare(RunContext context) {
    Preparation preparation =
        new WarmStart(context)
            .preparing(
                new Preparation(
                    context.spark(),
                    context.store(),
                    context.config().data(),
                    context.config().evaluate()));
    try {
      PreparedData prepared = whole(context, preparation);
      writeChecks(context, prepared.checks());
      if (prepared.reused()) {
        context.notices().accept("Data of run " + context.runId() + " are prepared already");
      }
      return prepared;
    } catch (RejectedDataException e) {
      writeChecks(context, e.checks());
      throw e;
    }
  }

  /** Data that an earlier attempt has prepared and that have been damaged since are made again. */
  private static PreparedData whole(RunContext context, Preparation preparation) {
    String runId = context.runId().text();
    PreparedData prepared = preparation.prepare(runId, context.date());
    Optional<String> damage =
        prepared.reused() ? prepared.damage(context.spark(), context.store()) : Optional.empty();
    if (damage.isEmpty()) {
      return prepared;
    }
    context.notices().accept(damage.get() + ", preparing the data of run " + runId + " again");
    context.store().remove(prepared.path());
    return preparation.prepare(runId, context.date());
  }

  /** What the job prints. */
  public static Map<String, Object> result(RunContext context, PreparedData prepared) {
    Map<String, Object> rows = new LinkedHashMap<>();
    rows.put("train", prepared.trainRows());
    rows.put("validation", prepared.validationRows());
    rows.put("test", prepared.testRows());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run_id", context.runId().text());
    result.put("rows", rows);
    result.put("features", prepared.featureWidth());
    result.put("data_fingerprint", prepared.fingerprint());
    result.put("prepared", prepared.path().toString());
    return result;
  }

  private static void writeChecks(RunContext context, List<CheckResult> checks) {
    List<CheckRow> rows =
        checks.stream()
            .map(
                check ->
                    new CheckRow(
                        context.runId().text(),
                        context.logicalDate(),
                        check.rule(),
                        check.column(),
                        check.observed(),
                        check.threshold(),
                        check.passed()))
            .toList();
    if (!rows.isEmpty()) {
      context.tables().writeChecks(context.runId().text(), rows);
    }
  }
}
