package dev.lockstep.config;

import java.util.OptionalDouble;

/**
 * What a candidate must reach to become champion.
 *
 * @param metric the name of an evaluation metric
 * @param minGain the least improvement over the champion
 * @param floor the worst value of the metric that may pass, champion or not: the least one, or the
 *     greatest where smaller is better; absent: any
 */
public record GateConfig(String metric, double minGain, OptionalDouble floor) {}
