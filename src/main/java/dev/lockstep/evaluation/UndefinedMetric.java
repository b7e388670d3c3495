package dev.lockstep.evaluation;

/** A metric that has no value on a slice, and why: for instance the AUC of rows of one class. */
public record UndefinedMetric(String slice, String metric, String reason) {}
