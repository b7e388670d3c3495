/** Batch arithmetic, sample order, sizes: pure, no Spark. Uses nothing of the project. */
package dev.lockstep.plan;
