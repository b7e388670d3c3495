package dev.lockstep.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.metrics.CheckRow;
import dev.lockstep.metrics.EvaluationRow;
import dev.lockstep.metrics.RunRow;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.registry.Provenance;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.report.ModelCard;
import dev.lockstep.report.ModelReport;
import dev.lockstep.report.RunFacts;
import dev.lockstep.report.RunReport;
import dev.lockstep.storage.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Pages for people, from the tables: a run's, a model's, a version's card. */
public final class Pages {
  private static final String TEST = "test";

  /** The rule of a check that measures how far a column is from the champion's training rows. */
  private static final String STABILITY_INDEX = "population stability index";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunContext context;

  private Pages(RunContext context) {
    this.context = context;
  }

  /**
   * Writes the page of the run, and its version's card.
   *
   * @param file where to; absent: {@code <store>/reports/<run-id>.html}
   * @return where it is
   * @throws InvalidConfigException if the run has never been tried
   */
  public static String run(RunContext context, Optional<String> file) {
    Pages pages = new Pages(context);
    RunFacts facts = pages.facts(context.runId().text());
    if (facts.attempts().isEmpty()) {
      throw new InvalidConfigException(
          "Missing run: %s (nobody has trained it on this store)".formatted(context.runId()));
    }
    card(context, context.runId().text());
    return pages.write(file, context.runId().text(), RunReport.html(facts));
  }

  /**
   * Writes the page of the model.
   *
   * @param file where to; absent: {@code <store>/reports/<model>.html}
   * @return where it is
   * @throws InvalidConfigException if the model has no run
   */
  public static String model(RunContext context, Optional<String> file) {
    Pages pages = new Pages(context);
    String model = context.config().model();
    List<ModelReport.Night> nights = pages.nights();
    if (nights.isEmpty()) {
      throw new InvalidConfigException("Missing runs: %s has none on this store".formatted(model));
    }
    String champion =
        Champion.of(context).map(version -> version.provenance().version()).orElse(null);
    String html = ModelReport.html(model, champion, context.config().gate().metric(), nights);
    return pages.write(file, model, html);
  }

  /**
   * Writes a version's card, {@code <store>/cards/<model>/<version>/card.{json,html}}, each file
   * whole: what is known of the version now. Nothing where there is no such version.
   */
  public static void card(RunContext context, String name) {
    Optional<Version> version =
        new Versions(context.store(), context.tables()).find(context.config().model(), name);
    if (version.isEmpty()) {
      return;
    }
    Pages pages = new Pages(context);
    RunFacts facts = pages.facts(version.get().provenance().runId());
    if (facts.version().isEmpty()) {
      return;
    }
    ModelCard card = new ModelCard(values(version.get().provenance()), facts);
    Path folder = new Path(context.store().cards(context.config().model()), name);
    pages.file(new Path(folder, "card.json").toString()).write(card.json());
    pages
        .file(new Path(folder, "card.html").toString())
        .write(card.html().getBytes(StandardCharsets.UTF_8));
  }

  private RunFacts facts(String runId) {
    String model = context.config().model();
    Optional<VersionRow> row =
        context.tables().versions(model).stream()
            .filter(version -> version.runId().equals(runId))
            .findFirst();
    List<String> classes =
        row.flatMap(
                version ->
                    new Versions(context.store(), context.tables()).find(model, version.version()))
            .map(version -> version.provenance().classes())
            .orElse(List.of());
    return new RunFacts(
        runId,
        context.tables().runs(runId),
        context.tables().epochs(runId),
        context.tables().iterations(runId),
        context.tables().evaluations(runId),
        context.tables().checks(runId),
        row,
        classes,
        context.config().gate().metric());
  }

  private List<ModelReport.Night> nights() {
    String model = context.config().model();
    Map<String, RunRow> last = new LinkedHashMap<>();
    for (RunRow row : context.tables().runsOf(model)) {
      last.put(row.runId(), row);
    }
    Map<String, VersionRow> versions = new LinkedHashMap<>();
    context.tables().versions(model).forEach(row -> versions.put(row.runId(), row));
    List<EvaluationRow> evaluations =
        context.tables().evaluationsOf(model, context.config().gate().metric());
    List<CheckRow> checks = context.tables().checks(last.keySet());
    List<ModelReport.Night> nights = new ArrayList<>();
    last.forEach(
        (runId, row) ->
            nights.add(
                night(
                    row,
                    Optional.ofNullable(versions.get(runId)),
                    evaluations.stream().filter(e -> e.runId().equals(runId)).toList(),
                    checks.stream().filter(check -> check.runId().equals(runId)).toList())));
    nights.sort(
        Comparator.comparing(
            ModelReport.Night::date, Comparator.nullsFirst(Comparator.<LocalDate>naturalOrder())));
    return nights;
  }

  private static ModelReport.Night night(
      RunRow row,
      Optional<VersionRow> version,
      List<EvaluationRow> evaluations,
      List<CheckRow> checks) {
    String own = version.map(VersionRow::version).orElse(row.runId());
    Optional<String> decision = version.map(VersionRow::decision);
    return new ModelReport.Night(
        row.logicalDate(),
        row.runId(),
        row.trainRows(),
        value(evaluations, own),
        evaluations.stream()
            .map(EvaluationRow::version)
            .filter(name -> !name.equals(own) && !name.startsWith("baseline:"))
            .findFirst()
            .map(name -> value(evaluations, name))
            .orElse(null),
        decision.or(() -> version.map(VersionRow::status)).orElse(row.status()),
        decision.isPresent()
            ? reason(version.get())
            : version.map(VersionRow::reason).orElse(row.error()),
        checks.stream().filter(check -> !check.passed()).count(),
        checks.stream()
            .filter(check -> check.rule().contains(STABILITY_INDEX))
            .map(CheckRow::observed)
            .filter(Objects::nonNull)
            .max(Double::compare)
            .orElse(null));
  }

  private static Double value(List<EvaluationRow> evaluations, String version) {
    return evaluations.stream()
        .filter(row -> row.version().equals(version))
        .filter(row -> row.split().equals(TEST) && row.slice().equals(EvaluateStep.WHOLE))
        .map(EvaluationRow::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Why it was decided so then; the row's own reason is of the latest change of its status. */
  private static String reason(VersionRow row) {
    try {
      JsonNode reason = JSON.readTree(String.valueOf(row.gate())).path("reason");
      return reason.isTextual() ? reason.asText() : row.reason();
    } catch (JsonProcessingException e) {
      return row.reason();
    }
  }

  private static Map<String, Object> values(Provenance provenance) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("model", provenance.model());
    values.put("version", provenance.version());
    values.put("run_id", provenance.runId());
    values.put("logical_date", Objects.toString(provenance.logicalDate(), null));
    values.put("created_at", provenance.createdAt().toString());
    values.put("code_version", provenance.codeVersion());
    values.put("parameters_sha256", provenance.parametersSha256());
    values.put("data", provenance.data());
    values.put("training", provenance.training());
    values.put("environment", provenance.environment());
    values.put("config", provenance.config());
    return values;
  }

  private String write(Optional<String> file, String name, String html) {
    String place = file.orElse(new Path(context.store().reports(), name + ".html").toString());
    file(place).write(html.getBytes(StandardCharsets.UTF_8));
    return place.startsWith("file:/") ? new Path(place).toUri().getPath() : place;
  }

  private AtomicFile file(String place) {
    return AtomicFile.at(place, context.hadoop());
  }
}
