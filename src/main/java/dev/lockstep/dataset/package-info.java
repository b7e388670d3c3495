/**
 * Source, rules, splits, features: from a user's table to prepared Parquet. May use validation,
 * storage, config, plan, numeric.
 */
package dev.lockstep.dataset;
