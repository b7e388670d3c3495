/**
 * The engine: rounds of synchronous iterations on barrier workers. May use metrics, checkpoint,
 * network and below.
 */
package dev.lockstep.training;
