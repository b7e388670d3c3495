package dev.lockstep.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the samples come from and what they are.
 *
 * @param source a Parquet folder, a Hadoop URI or the name of a catalog table
 * @param where a SQL predicate on the source's rows; empty for all rows
 * @param key the columns that together identify a row and fix the sample order
 * @param date the column with the event's day; required when a run has a logical date or splits by
 *     days
 * @param windowDays the days of data, up to and including the logical date, that a dated run uses;
 *     absent: all days up to the logical date
 * @param label the column to predict
 */
public record DataConfig(
    String source,
    String where,
    List<String> key,
    Optional<String> date,
    OptionalInt windowDays,
    String label,
    Task task,
    FeaturesConfig features,
    SplitConfig split,
    List<RuleConfig> rules) {}
