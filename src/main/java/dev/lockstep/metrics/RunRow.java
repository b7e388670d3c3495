package dev.lockstep.metrics;

import java.time.Instant;
import java.time.LocalDate;

/** A row of {@code runs}: an attempt of a run. Its key is (run_id, attempt). */
public record RunRow(
    @Column(value = "the run's id", required = true) String runId,
    @Column("attempts of this run so far, this one included; from 1") int attempt,
    @Column(value = "the line of models that the run belongs to", required = true) String model,
    @Column("the day that a nightly run is for; null for a run over all days")
        LocalDate logicalDate,
    @Column(
            value = "running, done, failed, diverged, killed, or rejected: its data",
            required = true)
        String status,
    @Column(value = "when the attempt began", required = true) Instant startedAt,
    @Column("when the attempt ended; null while it runs or after a kill") Instant endedAt,
    @Column("version of the program") String codeVersion,
    @Column("the whole configuration, as JSON") String config,
    @Column("SHA-256 of the configuration, in hex") String configSha256,
    @Column("fingerprint of the prepared data") String dataFingerprint,
    @Column("rows of the training split") Long trainRows,
    @Column("rows of the validation split") Long validationRows,
    @Column("rows of the test split") Long testRows,
    @Column("parameters of the network") Long parameters,
    @Column("samples that make one weight update, over the whole cluster") Integer batchSize,
    @Column("fixed parts of the training set") Integer shards,
    @Column("barrier tasks of this attempt") Integer workers,
    @Column("seed of the order of samples and of the network") Long seed,
    @Column("complete epochs done, earlier attempts included") Integer epochs,
    @Column("weight updates done, earlier attempts included") Integer iterations,
    @Column("why training stopped: all epochs, early stopping …") String stopReason,
    @Column("SHA-256 over the parameters as little-endian float32, in hex") String parametersSha256,
    @Column("the error's text where the attempt failed") String error,
    @Column("the version whose weights training started from; null where it started afresh")
        String startedFrom) {}
