package dev.lockstep.metrics;

import java.time.LocalDate;

/** A row of {@code checks}: a data rule's outcome. */
public record CheckRow(
    @Column(value = "the run's id", required = true) String runId,
    @Column("the day that a nightly run is for; null for a run over all days")
        LocalDate logicalDate,
    @Column(value = "the rule, as it was configured or is built in", required = true) String rule,
    @Column("the column that a built-in rule is about; null for a configured predicate")
        String column,
    @Column("what was measured: a fraction of rows, in [0, 1], or a count") Double observed,
    @Column("what observed is held against") Double threshold,
    @Column("true if the rule is kept") boolean passed) {}
