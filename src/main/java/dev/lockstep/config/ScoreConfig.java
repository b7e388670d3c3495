package dev.lockstep.config;

import java.util.Optional;

/**
 * Which rows the champion scores.
 *
 * @param source a Parquet folder, a Hadoop URI or the name of a catalog table; absent: that of the
 *     training data
 * @param where a SQL predicate on its rows; absent: that of the training data where the source is
 *     theirs, else all rows
 * @param daysAhead how many days after the logical date the scored day is
 */
public record ScoreConfig(Optional<String> source, Optional<String> where, int daysAhead) {}
