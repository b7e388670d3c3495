package dev.lockstep.config;

/**
 * A rule that the source's rows have to keep.
 *
 * @param check a SQL predicate; a row where it is null or false breaks the rule
 * @param minFraction the least fraction of rows, in [0, 1], that keep the rule
 */
public record RuleConfig(String check, double minFraction) {}
