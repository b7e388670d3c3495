package dev.lockstep.metrics;

import java.time.Instant;
import java.time.LocalDate;

/**
 * A row of {@code epochs}: an epoch on one split. Its key is (run_id, epoch, split). What only
 * training has (updates, rates, norms, the steps' times) is null for other splits.
 */
public record EpochRow(
    @Column(value = "the run's id", required = true) String runId,
    @Column(value = "the line of models that the run belongs to", required = true) String model,
    @Column("the day that a nightly run is for; null for a run over all days")
        LocalDate logicalDate,
    @Column("the epoch, from 1") int epoch,
    @Column(value = "train, validation or test", required = true) String split,
    @Column("weight updates of the epoch") Integer iterations,
    @Column("rows that the numbers are of") long samples,
    @Column("mean loss a sample") double loss,
    @Column("fraction of right answers, in [0, 1]; null for regression") Double accuracy,
    @Column("learning rate of the epoch's last update") Double learningRate,
    @Column("mean over the updates of the L2 norm of the mean gradient") Double gradientNorm,
    @Column(
            "simple gradient noise scale, in samples: batches far below it make noisy updates, far"
                + " above it waste samples")
        Double noiseScale,
    @Column("samples a second of wall time") Double samplesPerSecond,
    @Column("wall time, in milliseconds") Double wallMs,
    @Column("time to get the batches, in milliseconds, mean over workers") Double dataMs,
    @Column("time in forward pass and loss, in milliseconds, mean over workers") Double forwardMs,
    @Column("time in backpropagation, in milliseconds, mean over workers") Double backwardMs,
    @Column("time in the all-reduce, in milliseconds, mean over workers") Double reduceMs,
    @Column("time in the weight update, in milliseconds, mean over workers") Double updateMs,
    @Column("barrier tasks that ran the epoch") Integer workers,
    @Column(value = "when the row was written", required = true) Instant writtenAt) {}
