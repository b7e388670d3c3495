package dev.lockstep.config;

import java.time.Duration;

/**
 * What {@code jobs/maintain} keeps.
 *
 * @param checkpoints of a finished run, the latest first
 * @param runs how long prepared data and checkpoints of a run
 * @param versions retired and rejected ones of a model, the latest first, beside the champion's
 *     predecessor
 * @param predictions how long those of a logical date
 * @param snapshots how long old snapshots of a table
 * @param leastSnapshots of a table, however old
 * @param leftovers how long files that nothing refers to: the time that any commit may take
 */
public record RetentionConfig(
    int checkpoints,
    Duration runs,
    int versions,
    Duration predictions,
    Duration snapshots,
    int leastSnapshots,
    Duration leftovers) {}
