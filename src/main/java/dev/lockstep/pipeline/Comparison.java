package dev.lockstep.pipeline;

import static org.apache.spark.sql.functions.col;

import dev.lockstep.config.GateConfig;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.Split;
import dev.lockstep.evaluation.Evaluation;
import dev.lockstep.evaluation.InvalidPredictionException;
import dev.lockstep.evaluation.NetworkScorer;
import dev.lockstep.evaluation.PairedBootstrap;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.registry.Gate;
import dev.lockstep.registry.Verdict;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * A run's candidate, and a champion, on the candidate's test rows: what the gate decides by. Both
 * see the same values of these rows; where the source has restated some since they were prepared,
 * both see those that it has now.
 */
final class Comparison {
  private static final String SPLIT = Split.TEST.lowerName();

  private final RunContext context;
  private final PreparedData prepared;
  private final Version candidate;
  private final GateConfig config;
  private final Gate gate;
  private final EvaluateStep evaluation;

  Comparison(RunContext context, PreparedData prepared, Version candidate) {
    this.context = context;
    this.prepared = prepared;
    this.candidate = candidate;
    this.config = context.config().gate();
    this.gate = new Gate(config);
    this.evaluation = EvaluateStep.of(context, prepared, Split.TEST);
  }

  /**
   * The verdict where there is no champion.
   *
   * @throws InvalidPredictionException if the candidate cannot be measured
   */
  Verdict alone() {
    return gate.first(value(candidateRows()));
  }

  /**
   * The verdict against a champion.
   *
   * @throws InvalidPredictionException if the candidate cannot be measured
   */
  Verdict against(Version champion) {
    List<EvaluationRow> mine = candidateRows();
    HeldOut heldOut = new HeldOut(context, prepared, evaluation.target());
    HeldOut.Predictions theirs = heldOut.predictedBy(champion);
    try {
      if (theirs.restated() == 0) {
        return against(champion, theirs.scored(), mine, candidatePredictions());
      }
      context
          .notices()
          .accept(
              "Warning: %d of %d test rows have other values in %s now than when they were prepared: both versions are measured on the present ones"
                  .formatted(
                      theirs.restated(), prepared.testRows(), context.config().data().source()));
      Dataset<Row> own = heldOut.predictedBy(candidate).scored();
      try {
        evaluation.measure(name(candidate), own);
        return against(champion, theirs.scored(), rows(name(candidate)), own);
      } finally {
        own.unpersist();
      }
    } finally {
      theirs.scored().unpersist();
    }
  }

  private Verdict against(
      Version champion, Dataset<Row> theirs, List<EvaluationRow> mine, Dataset<Row> own) {
    Evaluation measured;
    try {
      measured = evaluation.measure(name(champion), theirs);
    } catch (InvalidPredictionException e) {
      return gate.againstBroken(name(champion), e.getMessage(), value(mine));
    }
    return gate.against(
        name(champion),
        new Gate.Figures(
            value(mine),
            measured.value(EvaluateStep.WHOLE, config.metric()),
            interval(own, theirs),
            slices(mine, measured)));
  }

  /** The candidate's metrics: as evaluate left them, or else measured now. */
  private List<EvaluationRow> candidateRows() {
    List<EvaluationRow> found = rows(name(candidate));
    if (found.isEmpty()) {
      evaluation.measure(name(candidate), candidatePredictions());
      found = rows(name(candidate));
    }
    return found;
  }

  private List<EvaluationRow> rows(String version) {
    return context.tables().evaluations(context.runId().text()).stream()
        .filter(row -> row.version().equals(version) && row.split().equals(SPLIT))
        .toList();
  }

  private Dataset<Row> candidatePredictions() {
    byte[] network = new Versions(context.store(), context.tables()).network(candidate);
    return new NetworkScorer(network, evaluation.target()).score(evaluation.rows());
  }

  private OptionalDouble value(List<EvaluationRow> rows) {
    return rows.stream()
        .filter(
            row -> row.slice().equals(EvaluateStep.WHOLE) && row.metric().equals(config.metric()))
        .mapToDouble(EvaluationRow::value)
        .findFirst();
  }

  private Optional<Gate.Interval> interval(Dataset<Row> mine, Dataset<Row> theirs) {
    if (config.bootstrap() == 0) {
      return Optional.empty();
    }
    Column prediction = col(evaluation.target().predictionColumn());
    Dataset<Row> pairs =
        mine.select(col("row_id"), col("label"), prediction.as("candidate"))
            .join(theirs.select(col("row_id"), prediction.as("champion")), "row_id")
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

  private static String name(Version version) {
    return version.provenance().version();
  }
}
