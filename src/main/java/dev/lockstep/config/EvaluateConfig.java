package dev.lockstep.config;

import java.util.List;

/**
 * What evaluation reports beside the whole split.
 *
 * @param slices columns of the source for whose every value metrics are computed apart
 */
public record EvaluateConfig(List<String> slices) {}
