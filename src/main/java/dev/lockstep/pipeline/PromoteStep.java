package dev.lockstep.pipeline;

import static org.apache.spark.sql.functions.col;

import dev.lockstep.config.GateConfig;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.dataset.Split;
import dev.lockstep.evaluation.Evaluation;
import dev.lockstep.evaluation.NetworkScorer;
import dev.lockstep.evaluation.PairedBootstrap;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.registry.Decision;
import dev.lockstep.registry.Gate;
import dev.lockstep.registry.Succession;
import dev.lockstep.registry.Verdict;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.storage.StoreException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The gate: a run's candidate against the champion on the candidate's test rows. What it decides
 * becomes rows once; whoever asks again gets the same answer.
 */
public final class PromoteStep {
  private static final int MAX_ATTEMPTS = 20;
  private static final String SPLIT = Split.TEST.lowerName();

  private final RunContext context;
  private final PreparedData prepared;
  private final Version candidate;
  private final Versions versions;
  private final GateConfig config;
  private final EvaluateStep evaluation;

  private PromoteStep(RunContext context, PreparedData prepared, Version candidate) {
    this.context = context;
    this.prepared = prepared;
    this.candidate = candidate;
    this.versions = new Versions(context.store(), context.tables());
    this.config = context.config().gate();
    this.evaluation = EvaluateStep.of(context, prepared, Split.TEST);
  }

  /** Decides on the run's version, or says what was decided. */
  public static Map<String, Object> run(RunContext context) {
    return Leases.ofModel(context, PromoteStep::decideOnce);
  }

  private static Map<String, Object> decideOnce(RunContext context) {
    Version candidate = EvaluateStep.version(context, context.runId().text());
    Optional<Decision> decided = succession(context).decided(candidate.provenance().version());
    if (decided.isPresent()) {
      context.notices().accept("Run " + context.runId() + " is decided already");
      return values(context, decided.get());
    }
    new Versions(context.store(), context.tables()).register(candidate);
    PreparedData prepared =
        PreparedData.required(
            context.store(),
            context.runId().text(),
            "its test rows decide; run jobs/prepare first");
    if (prepared.testRows() == 0) {
      throw new RejectedDataException("Missing rows: the test split is empty (see data.split)");
    }
    return values(context, new PromoteStep(context, prepared, candidate).decide());
  }

  /** Whether the run's version is decided on. */
  static boolean isDecided(RunContext context) {
    return succession(context).decided(context.runId().text()).isPresent();
  }

  /** Makes a version champion by hand. */
  public static Map<String, Object> promote(RunContext context, String name) {
    return Leases.ofModel(context, leased -> byHand(leased, name));
  }

  private static Map<String, Object> byHand(RunContext context, String name) {
    Version version = EvaluateStep.version(context, name);
    new Versions(context.store(), context.tables()).register(version);
    return values(context, succession(context).promote(version.provenance().version()));
  }

  /** Makes the version champion by hand that was it before. */
  public static Map<String, Object> rollback(RunContext context) {
    return Leases.ofModel(context, leased -> values(leased, succession(leased).rollback()));
  }

  private static Succession succession(RunContext context) {
    return new Succession(context.tables(), context.config().model(), context.clock());
  }

  private static Map<String, Object> values(RunContext context, Decision decision) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("run_id", context.runId().text());
    values.putAll(decision.values());
    Pages.card(context, decision.candidate());
    if (decision.against() != null) {
      Pages.card(context, decision.against());
    }
    return values;
  }

  private Decision decide() {
    Succession succession = succession(context);
    String name = candidate.provenance().version();
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      Optional<Version> champion = Champion.of(context);
      Verdict verdict = champion.map(this::against).orElseGet(this::first);
      Optional<Decision> decided =
          succession.decide(name, champion.map(it -> it.provenance().version()), verdict);
      if (decided.isPresent()) {
        return decided.get();
      }
      context.notices().accept("Another version has become champion meanwhile: comparing again");
    }
    throw new StoreException(
        "Cannot decide on %s: the champion of %s changed %d times meanwhile (a retry may help)"
            .formatted(name, context.config().model(), MAX_ATTEMPTS));
  }

  private Verdict first() {
    return new Gate(config).first(value(candidateRows(), EvaluateStep.WHOLE));
  }

  private Verdict against(Version champion) {
    LocalDate theirs = champion.provenance().logicalDate();
    LocalDate own = candidate.provenance().logicalDate();
    if (theirs != null && own != null && own.isBefore(theirs)) {
      return Gate.older(own, theirs);
    }
    String name = champion.provenance().version();
    List<EvaluationRow> mine = candidateRows();
    Dataset<Row> scored = new HeldOut(context, prepared, evaluation.target()).predictedBy(champion);
    try {
      Evaluation measured = evaluation.measure(name, scored);
      Gate.Figures figures =
          new Gate.Figures(
              value(mine, EvaluateStep.WHOLE),
              measured.value(EvaluateStep.WHOLE, config.metric()),
              interval(scored),
              slices(mine, measured));
      return new Gate(config).against(name, figures);
    } finally {
      scored.unpersist();
    }
  }

  /** The candidate's metrics: as evaluate left them, or else measured now. */
  private List<EvaluationRow> candidateRows() {
    String name = candidate.provenance().version();
    List<EvaluationRow> found = rows(name);
    if (found.isEmpty()) {
      evaluation.measure(name, candidatePredictions());
      found = rows(name);
    }
    return found;
  }

  private List<EvaluationRow> rows(String version) {
    return context.tables().evaluations(context.runId().text()).stream()
        .filter(row -> row.version().equals(version) && row.split().equals(SPLIT))
        .toList();
  }

  private Dataset<Row> candidatePredictions() {
    return new NetworkScorer(versions.network(candidate), evaluation.target())
        .score(evaluation.rows());
  }

  private OptionalDouble value(List<EvaluationRow> rows, String slice) {
    return rows.stream()
        .filter(row -> row.slice().equals(slice) && row.metric().equals(config.metric()))
        .mapToDouble(EvaluationRow::value)
        .findFirst();
  }

  private Optional<Gate.Interval> interval(Dataset<Row> championPredictions) {
    if (config.bootstrap() == 0) {
      return Optional.empty();
    }
    Column prediction = col(evaluation.target().predictionColumn());
    Dataset<Row> pairs =
        candidatePredictions()
            .select(col("row_id"), col("label"), prediction.as("candidate"))
            .join(championPredictions.select(col("row_id"), prediction.as("champion")), "row_id")
            .persist(StorageLevel.MEMORY_AND_DISK());
    PairedBootstrap.Settings settings =
        new PairedBootstrap.Settings(
            config.metric(),
            config.bootstrap(),
            config.confidence(),
            context.config().train().seed());
    try {
      return new PairedBootstrap(evaluation.target(), settings)
          .interval(pairs)
          .map(interval -> new Gate.Interval(interval.low(), interval.high()));
    } finally {
      pairs.unpersist();
    }
  }

  private List<Gate.Slice> slices(List<EvaluationRow> mine, Evaluation theirs) {
    List<Gate.Slice> slices = new ArrayList<>();
    List<String> columns = config.slices().map(GateConfig.SlicesConfig::columns).orElse(List.of());
    for (EvaluationRow row : mine) {
      boolean judged =
          row.metric().equals(config.metric())
              && columns.stream().anyMatch(column -> row.slice().startsWith(column + "="));
      OptionalDouble champion = theirs.value(row.slice(), config.metric());
      if (judged && champion.isPresent()) {
        slices.add(new Gate.Slice(row.slice(), row.samples(), row.value(), champion.getAsDouble()));
      }
    }
    return slices;
  }
}
