package dev.lockstep.config;

import java.time.Duration;

/** The sections {@code lease} and {@code retention}. */
final class KeepReader {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private KeepReader() {}

  static LeaseConfig lease(Section lease) {
    return new LeaseConfig(
        lease.time("timeout", new Section.Range(SECOND, DAY, "1 second to 1 day")),
        lease.time("wait", new Section.Range(Duration.ZERO, Duration.ofDays(24), "0 to 24 days")));
  }

  static RetentionConfig retention(Section retention) {
    return new RetentionConfig(
        retention.wholeNumber("checkpoints", 0),
        age(retention, "runs"),
        retention.wholeNumber("versions", 0),
        age(retention, "predictions"),
        age(retention, "snapshots"),
        retention.wholeNumber("least-snapshots", 1),
        age(retention, "leftovers"));
  }

  /** An hour is longer than any job needs between writing a file and referring to it. */
  private static Duration age(Section retention, String key) {
    return retention.time(
        key, new Section.Range(HOUR, Duration.ofDays(36_500), "1 hour to 36500 days"));
  }
}
