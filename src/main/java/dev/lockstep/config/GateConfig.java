package dev.lockstep.config;

/**
 * What a candidate must reach to become champion.
 *
 * @param metric the name of an evaluation metric
 * @param minGain the least improvement over the champion
 * @param floor the least value of the metric, champion or not
 */
public record GateConfig(String metric, double minGain, double floor) {}
