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
import dev.lockstep.evaluation.InvalidPredictionException;
import dev.lockstep.evaluation.Measurement;
import dev.lockstep.evaluation.NetworkScorer;
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
  static final String WHOLE = "all";

  private final RunContext context;
  private final PreparedData prepared;
  private final Split split;
  private final Target target;
  private final Evaluator evaluator;

  private EvaluateStep(RunContext context, PreparedData prepared, Split split, Target target) {
    this.context = context;
    this.prepared = prepared;
    this.split = split;
    this.target = target;
    this.evaluator = new Evaluator(target, context.config().evaluate().slices());
  }

  /**
   * Evaluates on the run's prepared data.
   *
   * @param name a version of the model, or null for the run's own
   */
  public static Map<String, Object> run(RunContext context, String name, Split split) {
    Version version = version(context, name == null ? context.runId().text() : name);
    PreparedData prepared = prepared(context, "run jobs/prepare first");
    Map<String, Object> result = run(context, prepared, version, split);
    Pages.card(context, context.runId().text());
    return result;
  }

  /**
   * The run's prepared data, each file compared with the manifest.
   *
   * @param remedy said to the user where there are none
   * @throws StoreException that names the first file which is missing or differs
   */
  static PreparedData prepared(RunContext context, String remedy) {
    PreparedData prepared = PreparedData.required(context.store(), context.runId().text(), remedy);
    prepared
        .damage(context.spark(), context.store())
        .ifPresent(
            problem -> {
              throw new StoreException(problem + ": jobs/prepare makes the data again");
            });
    return prepared;
  }

  /**
   * A version of the run's model.
   *
   * @throws InvalidConfigException if there is none of that name
   */
  static Version version(RunContext context, String name) {
    String model = context.config().model();
    String wanted = RunId.of(name).text();
    return new Versions(context.store(), context.tables())
        .find(model, wanted)
        .orElseThrow(
            () ->
                new InvalidConfigException(
                    "Missing version: " + wanted + " of " + model + " (run jobs/train first)"));
  }

  /** The metrics of the version and of each baseline on the whole split: what the job prints. */
  public static Map<String, Object> run(
      RunContext context, PreparedData prepared, Version version, Split split) {
    if (prepared.rows(split) == 0) {
      throw new RejectedDataException(
          "Missing rows: the " + split.lowerName() + " split is empty (see data.split)");
    }
    EvaluateStep step = of(context, prepared, split);
    Target target = step.target;
    byte[] network = new Versions(context.store(), context.tables()).network(version);
    Map<String, Object> baselines = new LinkedHashMap<>();
    Map<String, Object> result = new LinkedHashMap<>();
    String name = version.provenance().version();
    result.put("run_id", context.runId().text());
    result.put("version", name);
    result.put("split", split.lowerName());
    result.put("samples", prepared.rows(split));
    result.put(
        "metrics", step.headlines(name, new NetworkScorer(network, target).score(step.rows())));
    for (Baseline baseline : Baselines.fit(step.rows(Split.TRAIN), target)) {
      Dataset<Row> scored = baseline.scorer().score(step.rows());
      baselines.put(baseline.version(), step.headlines(baseline.version(), scored));
    }
    result.put("baselines", baselines);
    return result;
  }

  static EvaluateStep of(RunContext context, PreparedData prepared, Split split) {
    Task task = context.config().data().task();
    Target target = new Target(task, task == Task.REGRESSION ? 0 : prepared.classes().size());
    return new EvaluateStep(context, prepared, split, target);
  }

  /** What the run's settings predict. */
  Target target() {
    return target;
  }

  /**
   * Measures a version's predictions of the split, into rows.
   *
   * @throws InvalidPredictionException if they are no numbers that can be measured
   */
  Evaluation measure(String version, Dataset<Row> scored) {
    Evaluation evaluation = evaluator.evaluate(scored);
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
    return evaluation;
  }

  /** What the job prints of a version: no metric, and a notice, if it cannot be measured. */
  private Map<String, Object> headlines(String version, Dataset<Row> scored) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    List<Measurement> measurements = List.of();
    try {
      measurements = measure(version, scored).measurements();
    } catch (InvalidPredictionException e) {
      context.notices().accept("Warning: " + version + " has no metrics: " + e.getMessage());
    }
    for (Measurement measured : measurements) {
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

  /** The split's prepared rows. */
  Dataset<Row> rows() {
    return rows(split);
  }

  private Dataset<Row> rows(Split wanted) {
    return context.spark().read().parquet(prepared.path(wanted).toString());
  }
}
