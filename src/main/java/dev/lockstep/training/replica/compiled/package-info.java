/**
 * Gradients of plain feed-forward networks without DL4J's operations: on the network's own flat parameters and
 * gradient, in arrays that are made once for each size of micro-batch. May use DL4J's configurations and OpenBLAS.
 *
 * <p>Matrix products run in OpenBLAS on native memory; all else is Java loops over heap arrays, which the JIT
 * vectorizes (and buffers it does not: bias and ReLU over 32,768 numbers take as long as their copies there and back
 * take eight times). Java fixes the order of each floating-point operation, so these loops have the same bits on every
 * machine and at every stage of compilation.
 */
package dev.lockstep.training.replica.compiled;
