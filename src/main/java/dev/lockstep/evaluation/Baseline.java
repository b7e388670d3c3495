package dev.lockstep.evaluation;

/**
 * A simple model that a network has to beat.
 *
 * @param version what stands for it where a network has its version: {@code baseline:majority},
 *     {@code baseline:mean}, {@code baseline:logistic-regression} or {@code
 *     baseline:linear-regression}
 */
public record Baseline(String version, Scorer scorer) {}
