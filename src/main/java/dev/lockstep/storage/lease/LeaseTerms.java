package dev.lockstep.storage.lease;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param timeout without renewal, after which a lease may be taken over; at least 1 ms
 * @param waitTime for another holder's end before giving up; zero: not at all
 * @param stopwatch of whoever waits
 */
public record LeaseTerms(Duration timeout, Duration waitTime, Stopwatch stopwatch) {
  private static final int RENEWALS_PER_TIMEOUT = 5;
  private static final int LOOKS_PER_TIMEOUT = 20;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  public LeaseTerms {
    if (timeout.toMillis() < 1 || waitTime.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid lease terms: timeout %s, wait %s (must be above 0; at least 0)"
              .formatted(timeout, waitTime));
    }
  }

  /** Terms in real time. */
  public static LeaseTerms of(Duration timeout, Duration waitTime) {
    return new LeaseTerms(timeout, waitTime, Stopwatch.SYSTEM);
  }

  Duration renewalInterval() {
    return timeout.dividedBy(RENEWALS_PER_TIMEOUT);
  }

  /** Between two looks at another's lease. */
  Duration pause() {
    Duration pause = timeout.dividedBy(LOOKS_PER_TIMEOUT);
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
