package dev.lockstep.metrics;

/** A row of {@code iterations}: a weight update. Its key is (run_id, iteration). */
public record IterationRow(
    @Column(value = "the run's id", required = true) String runId,
    @Column("the epoch, from 1") int epoch,
    @Column("the weight update, from 1 over the whole run") int iteration,
    @Column("samples of the batch, over all workers") long samples,
    @Column("mean loss a sample of the batch, before the update") double loss,
    @Column("learning rate of the update") Double learningRate,
    @Column("L2 norm of the mean gradient") Double gradientNorm,
    @Column("L2 norm of the change of the parameters") Double updateNorm,
    @Column("wall time, in milliseconds") Double wallMs,
    @Column("time in the all-reduce, in milliseconds") Double reduceMs) {}
