package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.evaluation.InvalidPredictionException;
import dev.lockstep.registry.Decision;
import dev.lockstep.registry.Gate;
import dev.lockstep.registry.Succession;
import dev.lockstep.registry.Verdict;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.StoreException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The gate: a run's candidate against the champion on the candidate's test rows. What it decides
 * becomes rows once; whoever asks again gets the same answer.
 */
public final class PromoteStep {
  private static final int MAX_ATTEMPTS = 20;

  private final RunContext context;
  private final PreparedData prepared;
  private final Version candidate;

  private PromoteStep(RunContext context, PreparedData prepared, Version candidate) {
    this.context = context;
    this.prepared = prepared;
    this.candidate = candidate;
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
        EvaluateStep.prepared(context, "its test rows decide; run jobs/prepare first");
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

  /** Makes the version champion by hand that was it before, if it is whole. */
  public static Map<String, Object> rollback(RunContext context) {
    return Leases.ofModel(
        context,
        leased ->
            values(leased, succession(leased).rollback(version -> checkWhole(leased, version))));
  }

  private static void checkWhole(RunContext context, String name) {
    try {
      CommittedDirectory.read(
              context.store(), context.store().version(context.config().model(), name))
          .orElseThrow(() -> new StoreException("Missing version: its directory is gone"))
          .verify();
    } catch (StoreException e) {
      InvalidConfigException refused =
          new InvalidConfigException(
              "Cannot roll back to %s: %s (jobs/promote --version makes another version champion)"
                  .formatted(name, e.getMessage()));
      refused.initCause(e);
      throw refused;
    }
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
      Verdict verdict = verdict(champion);
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

  private Verdict verdict(Optional<Version> champion) {
    LocalDate theirs = champion.map(it -> it.provenance().logicalDate()).orElse(null);
    LocalDate own = candidate.provenance().logicalDate();
    if (theirs != null && own != null && own.isBefore(theirs)) {
      return Gate.older(own, theirs);
    }
    Comparison comparison = new Comparison(context, prepared, candidate);
    try {
      return champion.map(comparison::against).orElseGet(comparison::alone);
    } catch (InvalidPredictionException e) {
      return Gate.broken(e.getMessage());
    }
  }
}
