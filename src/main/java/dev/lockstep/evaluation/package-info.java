/** Metrics of a network and of baselines on a split, distributed and exact. May use storage, network and below. */
package dev.lockstep.evaluation;
