package dev.lockstep.plan;

/**
 * What an executor with some workers needs, by the options of Spark that give it.
 *
 * <p>Spark gives an executor a heap (spark.executor.memory), and asks the cluster for an overhead
 * beside it (spark.executor.memoryOverhead), which all must fit into that is not on the heap. YARN
 * and Kubernetes end an executor that exceeds both together; Spark standalone enforces neither.
 *
 * @param workers that run in it at once
 * @param heap bytes on its heap
 * @param offHeap bytes of native arrays, of one round
 * @param mapped bytes of training rows in mapped files, which YARN counts as the executor's unless
 *     it is told to look closer (yarn.nodemanager.container-monitor.procfs-tree.smaps-based-rss)
 */
public record ExecutorMemory(int workers, long heap, long offHeap, long mapped) {
  /** Spark's own spark.executor.memoryOverheadFactor. */
  public static final double DEFAULT_FACTOR = 0.1;

  /**
   * Classes, compiled code, threads, garbage collection and transfers of a process that trains:
   * measured, 310 to 390 MB after 20 to 1,600 rounds.
   */
  private static final long PROCESS = 352L << 20;

  /** What Spark keeps for itself of a heap, and what reading and laying out rows takes. */
  private static final long SPARK_HEAP = 512L << 20;

  /** Libraries of the process that YARN counts as well, where it counts mapped files. */
  private static final long LIBRARIES = 128L << 20;

  /**
   * A round gives its arrays back when it has succeeded. Those of one that failed are freed only
   * when Java collects them, and may still be there while it is tried again.
   */
  private static final int ROUNDS = 2;

  /** The least overhead that Spark asks for where it is not told. */
  private static final long LEAST_OVERHEAD = 384L << 20;

  private static final long MEGABYTE = 1L << 20;
  private static final long HEAP_STEP = 256 * MEGABYTE;
  private static final long OVERHEAD_STEP = 64 * MEGABYTE;

  /** Of as many workers that each need the same. */
  public static ExecutorMemory of(MemoryEstimate each, int workers) {
    return new ExecutorMemory(
        workers, workers * each.heap(), workers * each.offHeap(), workers * each.data());
  }

  /** Bytes for spark.executor.memory: at least Spark's own default, 1 GB. */
  public long executorMemory() {
    return Math.max(1024 * MEGABYTE, roundedUp(SPARK_HEAP + heap + heap / 4, HEAP_STEP));
  }

  /** Bytes beside the heap that no file stands behind. */
  public long overhead() {
    return PROCESS + ROUNDS * offHeap;
  }

  /** The same where mapped files count, too. */
  public long overheadWithFiles() {
    return overhead() + LIBRARIES + mapped;
  }

  /** Bytes for spark.executor.memoryOverhead: what is needed, in steps, at least Spark's own. */
  public long memoryOverhead() {
    return option(overhead());
  }

  /** The same where mapped files count, too. */
  public long memoryOverheadWithFiles() {
    return option(overheadWithFiles());
  }

  private long option(long needed) {
    return Math.max(
        defaultOverhead(executorMemory(), DEFAULT_FACTOR), roundedUp(needed, OVERHEAD_STEP));
  }

  /** Bytes of overhead that Spark asks for where only a factor of the heap is known. */
  public static long defaultOverhead(long heap, double factor) {
    return Math.max(LEAST_OVERHEAD, (long) (heap * factor));
  }

  /** Whether native arrays may exceed what JavaCPP allows by itself: as much as the heap. */
  public boolean needsNativeLimit() {
    return ROUNDS * offHeap > executorMemory();
  }

  /** Bytes for JavaCPP's maxbytes, where {@link #needsNativeLimit}. */
  public long nativeLimit() {
    return roundedUp(ROUNDS * offHeap, OVERHEAD_STEP);
  }

  private static long roundedUp(long bytes, long step) {
    return (bytes + step - 1) / step * step;
  }
}
