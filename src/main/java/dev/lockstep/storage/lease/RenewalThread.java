package dev.lockstep.storage.lease;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Renews a lease at intervals, on a daemon thread. */
final class RenewalThread {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(RenewalThread::daemon);
  private final Runnable renewal;

  RenewalThread(Runnable renewal) {
    this.renewal = renewal;
  }

  void start(Duration interval) {
    long nanos = interval.toNanos();
    var unused = thread.scheduleWithFixedDelay(renewal, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** A renewal that runs is not disturbed. */
  void stop() {
    thread.shutdown();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "lockstep-lease");
    thread.setDaemon(true);
    return thread;
  }
}
