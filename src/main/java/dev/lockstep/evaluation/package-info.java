/**
 * Metrics of a network and of baselines on a split, distributed and exact. May use storage, network
 * and below.
 *
 * <p>A {@link dev.lockstep.evaluation.Scorer} turns prepared rows into scored rows, and an {@link
 * dev.lockstep.evaluation.Evaluator} turns scored rows into measurements. Neither depends on how
 * the rows are partitioned: the same rows give the same bits.
 */
package dev.lockstep.evaluation;
