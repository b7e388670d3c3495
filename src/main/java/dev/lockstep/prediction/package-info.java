/**
 * Predictions on the store: one Parquet file a logical date, replaced as a whole. May use storage
 * and below.
 */
package dev.lockstep.prediction;
