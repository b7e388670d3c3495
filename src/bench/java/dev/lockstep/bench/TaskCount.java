package dev.lockstep.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** Spark's own count of tasks, and of the bytes between them and the driver. */
final class TaskCount extends SparkListener implements AutoCloseable {
  private static final long LIMIT_MILLIS = 60_000;

  private final SparkSession spark;
  private final AtomicLong tasks = new AtomicLong();
  private final AtomicLong resultBytes = new AtomicLong();
  private final AtomicLong broadcastBytes = new AtomicLong();

  TaskCount(SparkSession spark) {
    this.spark = spark;
    spark.sparkContext().addSparkListener(this);
  }

  /**
   * What was seen.
   *
   * @param resultBytes of the tasks' results, as the driver got them
   * @param broadcastBytes put out by the driver
   */
  record Seen(long tasks, long resultBytes, long broadcastBytes) {}

  Seen during(Runnable work) throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty(LIMIT_MILLIS);
    tasks.set(0);
    resultBytes.set(0);
    broadcastBytes.set(0);
    work.run();
    spark.sparkContext().listenerBus().waitUntilEmpty(LIMIT_MILLIS);
    return new Seen(tasks.get(), resultBytes.get(), broadcastBytes.get());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    tasks.incrementAndGet();
    resultBytes.addAndGet(event.taskMetrics().resultSize());
  }

  @Override
  public void onBlockUpdated(SparkListenerBlockUpdated event) {
    var block = event.blockUpdatedInfo();
    if (block.blockId().isBroadcast() && block.storageLevel().isValid()) { // no removal
      broadcastBytes.addAndGet(block.memSize() + block.diskSize());
    }
  }

  @Override
  public void close() {
    spark.sparkContext().removeSparkListener(this);
  }
}
