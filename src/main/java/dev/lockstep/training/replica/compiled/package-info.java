/**
 * Gradients of plain feed-forward networks without DL4J's operations: on the network's own flat
 * parameters and gradient, in arrays that are made once for each size of micro-batch. May use
 * DL4J's configurations, plan and OpenBLAS.
 *
 * <p>Matrix products run in OpenBLAS on native memory. All else is Java loops over heap arrays,
 * which the JIT vectorizes; it does not do so on buffers (Adam over 235,000 numbers takes 38 µs on
 * arrays and 433 on buffers), and the copies between them are cheap (131 KB in 1.4 µs). Java fixes
 * the order of each floating-point operation, so the loops have the same bits whoever compiles them
 * and when.
 */
package dev.lockstep.training.replica.compiled;
