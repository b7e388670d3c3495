package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.Task;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.dataset.Split;
import dev.lockstep.evaluation.Baseline;
import dev.lockstep.evaluation.Baselines;
import dev.lockstep.evaluation.Evaluation;
import dev.lockstep.evaluation.Evaluator;
import dev.lockstep.evaluation.Measurement;
import dev.lockstep.evaluation.NetworkScorer;
import dev.lockstep.evaluation.Scorer;
import dev.lockstep.evaluation.Target;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.storage.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A version and the baselines on a split of the run's prepared data, by the same measure, into
 * rows.
 */
public final class EvaluateStep {
  private static final String WHOLE = "all";

  private final RunContext context;
  private final PreparedData prepared;
  private final Split split;
  private final Evaluator evaluator;

  private EvaluateStep(RunContext context, PreparedData prepared, Split split, Target target) {
    this.context = context;
    this.prepared = prepared;
    this.split = split;
    this.evaluator = new Evaluator(target, context.config().evaluate().slices());
  }

  /**
   * Evaluates on the run's prepared data.
   *
   * @param name a version of the model, or null for the run's own
   */
  public static Map<String, Object> run(RunContext context, String name, Split split) {
    String model = context.config().model();
    String wanted = name == null ? context.runId().text() : RunId.of(name).text();
    Version version =
        new Versions(context.store(), context.tables())
            .find(model, wanted)
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing version: " + wanted + " of " + model + " (run jobs/train first)"));
    PreparedData prepared =
        PreparedData.open(context.store(), context.runId().text())
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing prepared data: run "
                            + context.runId()
                            + " (run jobs/prepare first)"));
    prepared
        .damage(context.spark(), context.store())
        .ifPresent(
            problem -> {
              throw new StoreException(problem + ": jobs/prepare makes the data again");
            });
    return run(context, prepared, version, split);
  }

  /** The metrics of the version and of each baseline on the whole split: what the job prints. */
  public static Map<String, Object> run(
      RunContext context, PreparedData prepared, Version version, Split split) {
    if (prepared.rows(split) == 0) {
      throw new RejectedDataException(
          "Missing rows: the " + split.lowerName() + " split is empty (see data.split)");
    }
    Task task = context.config().data().task();
    Target target = new Target(task, task == Task.REGRESSION ? 0 : prepared.classes().size());
    EvaluateStep step = new EvaluateStep(context, prepared, split, target);
    byte[] network = new Versions(context.store(), context.tables()).network(version);
    Map<String, Object> baselines = new LinkedHashMap<>();
    Map<String, Object> result = new LinkedHashMap<>();
    String name = version.provenance().version();
    result.put("run_id", context.runId().text());
    result.put("version", name);
    result.put("split", split.lowerName());
    result.put("samples", prepared.rows(split));
    result.put("metrics", step.measure(name, new NetworkScorer(network, target)));
    for (Baseline baseline : Baselines.fit(step.rows(Split.TRAIN), target)) {
      baselines.put(baseline.version(), step.measure(baseline.version(), baseline.scorer()));
    }
    result.put("baselines", baselines);
    return result;
  }

  private Map<String, Object> measure(String version, Scorer scorer) {
    Evaluation evaluation = evaluator.evaluate(scorer.score(rows(split)));
    List<EvaluationRow> rows =
        evaluation.measurements().stream()
            .map(
                measured ->
                    new EvaluationRow(
                        context.runId().text(),
                        context.config().model(),
                        version,
                        context.logicalDate(),
                        split.lowerName(),
                        measured.slice(),
                        measured.metric(),
                        measured.value(),
                        measured.samples()))
            .toList();
    context.tables().writeEvaluations(context.runId().text(), version, split.lowerName(), rows);
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (Measurement measured : evaluation.measurements()) {
      if (measured.slice().equals(WHOLE) && isHeadline(measured.metric())) {
        metrics.put(measured.metric(), measured.value());
      }
    }
    return metrics;
  }

  /** All but the many rows of a calibration curve or a confusion matrix. */
  private static boolean isHeadline(String metric) {
    return !metric.startsWith("calibration-") && !metric.startsWith("confusion-");
  }

  private Dataset<Row> rows(Split wanted) {
    return context.spark().read().parquet(prepared.path(wanted).toString());
  }
}
