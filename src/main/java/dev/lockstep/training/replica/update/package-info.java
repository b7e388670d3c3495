/**
 * Step 4 on one replica: the weight update from the batch's gradient sum. DL4J's formulas, order
 * and state: what is saved carries on in plain DL4J. May use DL4J.
 */
package dev.lockstep.training.replica.update;
