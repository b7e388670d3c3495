package dev.lockstep.pipeline;

import dev.lockstep.dataset.Preparation;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.metrics.CheckRow;
import dev.lockstep.validation.CheckResult;
import dev.lockstep.validation.Validation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From the source to the run's prepared data; the outcome of each rule becomes a row, kept or
 * broken.
 */
public final class PrepareStep {
  private PrepareStep() {}

  /**
   * Prepares the run's data, unless they are there.
   *
   * @throws RejectedDataException if they do not fit; that is a row of {@code runs}, too
   */
  public static PreparedData run(RunContext context) {
    return Leases.ofRun(context, PrepareStep::prepare);
  }

  private static PreparedData prepare(RunContext context) {
    Instant startedAt = context.clock().instant();
    Preparation preparation =
        new WarmStart(context)
            .preparing(
                new Preparation(
                    context.spark(),
                    context.store(),
                    context.config().data(),
                    context.config().evaluate()));
    try {
      Validation validation =
          new Validation(context.config().validate(), () -> PastNights.of(context));
      PreparedData prepared = whole(context, () -> prepare(context, preparation, validation));
      writeChecks(context, prepared.checks());
      if (prepared.reused()) {
        context.notices().accept("Data of run " + context.runId() + " are prepared already");
      }
      return prepared;
    } catch (RejectedDataException e) {
      writeChecks(context, reasons(e));
      Attempts.reject(context, startedAt, e);
      throw e;
    }
  }

  private static PreparedData prepare(
      RunContext context, Preparation preparation, Validation validation) {
    return preparation.prepare(
        context.runId().text(), context.date(), validation, context.notices());
  }

  /** Data that an earlier attempt has prepared and that have been damaged since are made again. */
  private static PreparedData whole(RunContext context, Supplier<PreparedData> preparing) {
    PreparedData prepared = preparing.get();
    Optional<String> damage =
        prepared.reused() ? prepared.damage(context.spark(), context.store()) : Optional.empty();
    if (damage.isEmpty()) {
      return prepared;
    }
    context
        .notices()
        .accept(damage.get() + ", preparing the data of run " + context.runId() + " again");
    context.store().remove(prepared.path());
    return preparing.get();
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
    result.put("checks", counts(prepared.checks()));
    return result;
  }

  /** Of a run that goes on: what did not pass has warned. */
  private static Map<String, Object> counts(List<CheckResult> checks) {
    long passed = checks.stream().filter(CheckResult::passed).count();
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("passed", passed);
    counts.put("warned", checks.size() - passed);
    counts.put("failed", 0);
    return counts;
  }

  /** Data that no check could be run on leave a row as well. */
  private static List<CheckResult> reasons(RejectedDataException rejected) {
    if (rejected.checks().stream().anyMatch(check -> !check.passed())) {
      return rejected.checks();
    }
    List<CheckResult> reasons = new ArrayList<>(rejected.checks());
    reasons.add(CheckResult.of("data can be prepared", null, 0, 1));
    return reasons;
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
