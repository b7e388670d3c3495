package dev.lockstep.storage.lease;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Who takes a lease.
 *
 * @param host for people
 * @param process on that host
 * @param application Spark's id of it
 * @param clock tells since when, for people
 */
public record LeaseHolder(String host, ProcessMark process, String application, Clock clock) {

  /** This JVM. */
  public static LeaseHolder ofThisProcess(String application, Clock clock) {
    return new LeaseHolder(hostName(), ProcessMark.ofThisProcess(), application, clock);
  }

  /** A lease that nobody had before, held from now on. */
  LeaseRecord begin() {
    Instant since = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new LeaseRecord(
        UUID.randomUUID().toString(), host, process, application, since.toString(), 0);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }
}
