package dev.lockstep.metrics;

import java.time.LocalDate;

/**
 * A row of {@code evaluations}: a metric of a version on a split and slice. Its key is (run_id,
 * version, split, slice, metric).
 */
public record EvaluationRow(
    @Column(value = "the run that evaluated", required = true) String runId,
    @Column(value = "the line of models", required = true) String model,
    @Column(value = "the version that was evaluated", required = true) String version,
    @Column("the day that a nightly run is for; null for a run over all days")
        LocalDate logicalDate,
    @Column(value = "train, validation or test", required = true) String split,
    @Column(value = "all, or column=value", required = true) String slice,
    @Column(value = "the metric's name", required = true) String metric,
    @Column("the metric's value; null where it is undefined") Double value,
    @Column("rows that the value is of") long samples) {}
