package dev.lockstep.job;

import dev.lockstep.plan.ExecutorMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Spark's options that give executors the memory that a plan's workers need. */
record ExecutorOptions(int executors, ExecutorMemory memory) {
  private static final long MEGABYTE = 1L << 20;

  /** As many executors as hold all workers, so many in each. */
  static ExecutorOptions of(int workers, int workersEach, ExecutorMemory memory) {
    return new ExecutorOptions((workers + workersEach - 1) / workersEach, memory);
  }

  /** What goes behind {@code --} of a job, and what else to know. */
  String text() {
    List<String> options = new ArrayList<>();
    options.add("--num-executors " + executors);
    options.add("--executor-cores " + memory.workers());
    options.add("--executor-memory " + megabytes(memory.executorMemory()));
    options.add(overhead(memory.memoryOverhead()));
    if (memory.needsNativeLimit()) {
      options.add(
          "--conf spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxbytes="
              + megabytes(memory.nativeLimit()));
    }
    return String.format(
        Locale.ROOT,
        "Spark's options for that (standalone: --total-executor-cores %d for --num-executors):%n"
            + "  %s%n"
            + "YARN counts mapped files as well, unless told not to"
            + " (yarn.nodemanager.container-monitor.procfs-tree.smaps-based-rss.enabled); there:%n"
            + "  %s",
        executors * memory.workers(),
        String.join(" ", options),
        overhead(memory.memoryOverheadWithFiles()));
  }

  private static String overhead(long bytes) {
    return "--conf spark.executor.memoryOverhead=" + megabytes(bytes);
  }

  private static String megabytes(long bytes) {
    return bytes / MEGABYTE + "m";
  }
}
