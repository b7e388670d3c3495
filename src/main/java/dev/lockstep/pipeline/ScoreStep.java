package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.ScoreConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.config.Task;
import dev.lockstep.dataset.Features;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.dataset.ScoringRows;
import dev.lockstep.evaluation.Predictor;
import dev.lockstep.evaluation.Target;
import dev.lockstep.prediction.PredictionFile;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A day's rows through a version's features and network, in one pass, into the predictions of the
 * logical date.
 */
public final class ScoreStep {
  private static final String VERSION = "version";
  private static final String RUN_ID = "run_id";
  private static final String DAY = "day";

  /** Of predictions that were written after the run was decided on: a night's last step. */
  private static final String DECIDED = "decided";

  /** Columns of a prediction beside the row's own. */
  private static final List<String> COLUMNS =
      List.of(Predictor.PREDICTION, Predictor.PROBABILITY, VERSION, RUN_ID, "date");

  private final RunContext context;
  private final Version version;
  private final ScoringRows.Request request;
  private final ScoringRows rows;

  private ScoreStep(RunContext context, Version version, Optional<String> input) {
    this.context = context;
    this.version = version;
    this.request = request(context, input);
    this.rows = ScoringRows.open(context.spark(), context.config().data(), request);
  }

  /**
   * What somebody asked for by hand.
   *
   * @param version absent: the champion
   * @param input instead of the settings' source
   */
  public record Request(Optional<String> version, Optional<String> input) {}

  /**
   * Scores a day by hand.
   *
   * @return what the job prints
   * @throws InvalidConfigException if there is no such version, or no champion
   * @throws RejectedDataException if there is no row to score
   */
  public static Map<String, Object> run(RunContext context, Request request) {
    return Leases.ofPredictions(context, leased -> byHand(leased, request));
  }

  private static Map<String, Object> byHand(RunContext context, Request request) {
    Version version =
        request
            .version()
            .map(name -> EvaluateStep.version(context, name))
            .orElseGet(() -> Champion.needed(context));
    ScoreStep step = new ScoreStep(context, version, request.input());
    return step.score().orElseThrow(step::noRows);
  }

  /** Scoring of the settings' rows; for the holder of the predictions' lease. */
  static ScoreStep by(RunContext context, Version version) {
    return new ScoreStep(context, version, Optional.empty());
  }

  /**
   * What the run has left since it was decided on; empty where that is nothing, or broken.
   *
   * @return what the job prints
   */
  static Optional<Map<String, Object>> left(RunContext context) {
    PredictionFile file = file(context);
    String run = context.runId().text();
    return file.readWhole(context.notices())
        .filter(content -> run.equals(content.facts().get(RUN_ID)))
        .filter(content -> content.facts().containsKey(DECIDED))
        .map(
            content ->
                result(
                    context,
                    new Scored(
                        content.facts().get(VERSION),
                        content.facts().get(DAY),
                        file,
                        content,
                        null)));
  }

  /** Why there is nothing to score. */
  RejectedDataException noRows() {
    return rows.none();
  }

  /**
   * Writes the predictions, unless they are there.
   *
   * @return what the job prints; empty where there is no row
   */
  Optional<Map<String, Object>> score() {
    PredictionFile file = file(context);
    Map<String, String> facts = facts();
    Optional<PredictionFile.Content> present = file.readWhole(context.notices());
    if (present.isPresent() && !rows.files().isEmpty() && present.get().facts().equals(facts)) {
      context
          .notices()
          .accept(
              "Predictions are there already, by %s of the same rows: %s"
                  .formatted(name(), file.folder()));
      return Optional.of(result(file, present.get(), null));
    }
    file.sweep();
    long started = System.nanoTime();
    Optional<PredictionFile.Content> written;
    try {
      written = file.replace(predictions(), facts);
    } catch (RuntimeException e) {
      context.store().checkFence(); // whoever has taken over has swept the parts away
      throw rows.explained(e);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    written
        .filter(content -> content.unpredicted() > 0)
        .ifPresent(
            content ->
                context
                    .notices()
                    .accept(
                        "Warning: %d of %d rows have no usable features, and null as prediction"
                            .formatted(content.unpredicted(), content.rows())));
    return written.map(content -> result(file, content, seconds));
  }

  private static PredictionFile file(RunContext context) {
    return PredictionFile.of(context.store(), context.config().model(), context.date());
  }

  private Dataset<Row> predictions() {
    List<String> classes = version.provenance().classes();
    Task task = version.provenance().task();
    Target target = new Target(task, task == Task.REGRESSION ? 0 : classes.size());
    Versions versions = new Versions(context.store(), context.tables());
    byte[] network = versions.network(version);
    Features fitted = Features.load(versions.features(version));
    Dataset<Row> features = rows.withFeatures(fitted, COLUMNS);
    return new Predictor(network, target, classes)
        .predict(features, version.provenance().features().size())
        .withColumn(VERSION, functions.lit(name()))
        .withColumn(RUN_ID, functions.lit(context.runId().text()));
  }

  /** What decides the predictions: a rerun of the same changes nothing. */
  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", context.config().model());
    facts.put(VERSION, name());
    facts.put("network_sha256", version.sha256());
    facts.put(RUN_ID, context.runId().text());
    facts.put("source", Secrets.masked(request.source()));
    facts.put("where", request.where());
    request.day().ifPresent(day -> facts.put(DAY, day.toString()));
    facts.put("key", String.join(",", context.config().data().key()));
    facts.put("source_files", SourceState.of(rows.files(), context.hadoop()));
    if (PromoteStep.isDecided(context)) {
      facts.put(DECIDED, "true");
    }
    if (!version.provenance().classes().isEmpty()) {
      facts.put("classes", String.join(", ", version.provenance().classes()));
    }
    return facts;
  }

  private Map<String, Object> result(
      PredictionFile file, PredictionFile.Content content, Double seconds) {
    String day = request.day().map(LocalDate::toString).orElse(null);
    return result(context, new Scored(name(), day, file, content, seconds));
  }

  /** Predictions by a version of a day's rows; seconds is null where they were there already. */
  private record Scored(
      String version,
      String day,
      PredictionFile file,
      PredictionFile.Content content,
      Double seconds) {}

  private static Map<String, Object> result(RunContext context, Scored scored) {
    PredictionFile.Content content = scored.content();
    Double seconds = scored.seconds();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run_id", context.runId().text());
    result.put("model", context.config().model());
    result.put(VERSION, scored.version());
    result.put("date", context.date().map(LocalDate::toString).orElse(null));
    result.put(DAY, scored.day());
    result.put("rows", content.rows());
    result.put("unpredicted", content.unpredicted());
    result.put("path", scored.file().folder().toString());
    result.put("unchanged", seconds == null);
    result.put("seconds", seconds);
    result.put("rows_per_second", seconds == null ? null : Math.round(content.rows() / seconds));
    return result;
  }

  private String name() {
    return version.provenance().version();
  }

  private static ScoringRows.Request request(RunContext context, Optional<String> input) {
    LockstepConfig config = context.config();
    ScoreConfig score = config.score();
    Optional<String> other = input.or(score::source);
    String where = score.where().orElse(other.isPresent() ? "" : config.data().where());
    return new ScoringRows.Request(
        other.orElse(config.data().source()),
        where,
        context.date().map(date -> date.plusDays(score.daysAhead())));
  }
}
