package dev.lockstep.metrics;

import java.time.Instant;
import java.time.LocalDate;

/** A row of {@code versions}: a version of a model. Its key is (model, version). */
public record VersionRow(
    @Column(value = "the line of models", required = true) String model,
    @Column(value = "the version's name", required = true) String version,
    @Column(value = "the run that trained it", required = true) String runId,
    @Column("the day that a nightly run is for; null for a run over all days")
        LocalDate logicalDate,
    @Column(value = "the version's directory", required = true) String path,
    @Column("SHA-256 of the version's manifest, in hex") String sha256,
    @Column(value = "candidate, champion, retired or rejected", required = true) String status,
    @Column("when the status was decided") Instant decidedAt,
    @Column("why the status was decided so") String reason,
    @Column("what was decided of it as a candidate: promoted or kept; null before") String decision,
    @Column("that decision with its figures, as JSON: reason, champion, metric, values, interval")
        String gate) {

  /** A version that no gate has decided on. */
  public VersionRow(
      String model,
      String version,
      String runId,
      LocalDate logicalDate,
      String path,
      String sha256,
      String status,
      Instant decidedAt,
      String reason) {
    this(model, version, runId, logicalDate, path, sha256, status, decidedAt, reason, null, null);
  }

  /** The same version with another status; what was decided of it as a candidate stays. */
  public VersionRow with(String newStatus, Instant at, String why) {
    return new VersionRow(
        model, version, runId, logicalDate, path, sha256, newStatus, at, why, decision, gate);
  }

  /** The same version once it was decided on as a candidate. */
  public VersionRow decided(String newDecision, String newGate) {
    return new VersionRow(
        model,
        version,
        runId,
        logicalDate,
        path,
        sha256,
        status,
        decidedAt,
        reason,
        newDecision,
        newGate);
  }
}
