package dev.lockstep.job;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a job's process did with its time, in seconds: {@code start}, from the beginning of the JVM
 * to that of the work, in which Spark starts, and {@code work}.
 */
final class JobTimes {
  private static final String KEY = "job_seconds";

  private final LongSupplier clock;
  private final long process;
  private final long work;

  /**
   * @param clock milliseconds since 1970
   * @param process when the JVM began, by that clock
   */
  JobTimes(LongSupplier clock, long process) {
    this.clock = clock;
    this.process = process;
    this.work = clock.getAsLong();
  }

  /** The times of this process, whose work begins now. */
  static JobTimes start() {
    return new JobTimes(
        System::currentTimeMillis, ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /** The result with the times up to now. */
  Map<String, Object> addedTo(Map<String, Object> result) {
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("start", (work - process) / 1e3);
    times.put("work", (clock.getAsLong() - work) / 1e3);
    Map<String, Object> all = new LinkedHashMap<>(result);
    all.put(KEY, times);
    return all;
  }
}
