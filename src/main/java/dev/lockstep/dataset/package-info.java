/**
 * Source, rules, splits, features: from a user's table to prepared Parquet. May use storage,
 * config, plan.
 */
package dev.lockstep.dataset;
