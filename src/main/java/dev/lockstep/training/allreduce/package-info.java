/**
 * The sum of all workers' gradients on every worker, and the links that it travels on. Two workers
 * of one process share memory, others a socket; each worker also has a line to the driver, on which
 * it says how far it is and what went wrong. May use network's vectors (replica), plan and below;
 * knows neither Spark nor the training loop.
 */
package dev.lockstep.training.allreduce;
