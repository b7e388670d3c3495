package dev.lockstep.pipeline;

import dev.lockstep.plan.ExecutorMemory;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * The room that a session's executors have beside their heap, as Spark asks the cluster for it.
 *
 * @param bytes spark.executor.memoryOverhead, or what Spark takes instead
 * @param countsFiles whether the cluster counts mapped files as an executor's memory
 */
record ExecutorOverhead(long bytes, boolean countsFiles) {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String SMAPS =
      "yarn.nodemanager.container-monitor.procfs-tree.smaps-based-rss.enabled";
  private static final String CHECK = "yarn.nodemanager.pmem-check-enabled";
  private static final long MEGABYTE = 1L << 20;

  static ExecutorOverhead of(SparkContext spark) {
    return of(spark.getConf(), spark.hadoopConfiguration());
  }

  static ExecutorOverhead of(SparkConf spark, Configuration hadoop) {
    long heap = spark.getSizeAsBytes("spark.executor.memory", "1g");
    double factor =
        spark.getDouble("spark.executor.memoryOverheadFactor", ExecutorMemory.DEFAULT_FACTOR);
    long bytes =
        spark.contains(OVERHEAD)
            ? spark.getSizeAsMb(OVERHEAD) * MEGABYTE
            : ExecutorMemory.defaultOverhead(heap, factor);
    boolean onYarn = spark.get("spark.master", "").startsWith("yarn");
    return new ExecutorOverhead(
        bytes, onYarn && hadoop.getBoolean(CHECK, true) && !hadoop.getBoolean(SMAPS, false));
  }

  /** A line for the user where executors need more. */
  Optional<String> shortage(ExecutorMemory memory) {
    long needed = countsFiles ? memory.overheadWithFiles() : memory.overhead();
    if (needed <= bytes) {
      return Optional.empty();
    }
    long option = countsFiles ? memory.memoryOverheadWithFiles() : memory.memoryOverhead();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Warning: %s is %,d MB, and training takes up to %,d MB of an executor beside its heap"
                + " (--conf %s=%dm gives that; jobs/plan explains it)",
            OVERHEAD,
            bytes / MEGABYTE,
            (needed + MEGABYTE - 1) / MEGABYTE,
            OVERHEAD,
            option / MEGABYTE));
  }
}
