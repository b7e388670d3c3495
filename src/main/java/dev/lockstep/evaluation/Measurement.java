package dev.lockstep.evaluation;

/**
 * A metric's value on a slice of a split.
 *
 * @param slice {@code all}, or {@code column=value}
 * @param value finite
 * @param samples the rows that the value was computed from
 */
public record Measurement(String slice, String metric, double value, long samples) {}
