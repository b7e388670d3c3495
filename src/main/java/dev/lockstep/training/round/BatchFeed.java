package dev.lockstep.training.round;

import com.sun.management.OperatingSystemMXBean;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.replica.TrainingBatch;
import dev.lockstep.training.shard.SampleBlock;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;

/**
 * Step 5 for all shards of a worker: batch by batch, shard by shard, each in its own memory.
 *
 * <p>Rows that memory holds are copied when they are asked for: that takes some 2 % (784 features)
 * to 5 % (30 features) of an iteration, as every worker has a core of its own and a thread that
 * copies ahead would take it from the same core, and a hand-off on top. Rows that memory cannot
 * hold are waited for; there one thread a worker assembles the next batch while this one is
 * computed. Which of the two is a matter of sizes alone (see {@link #exceedMemory}), and no number
 * depends on it.
 */
abstract class BatchFeed implements AutoCloseable {
  final List<ShardFeed> shards;

  private BatchFeed(List<ShardFeed> shards) {
    this.shards = shards;
  }

  /** For the barrier task of this thread. */
  static BatchFeed of(Round round, List<? extends SampleBlock> blocks, BatchFormat format) {
    long bytes = blocks.stream().mapToLong(SampleBlock::bytes).sum() * workersOnThisHost();
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long memory = machine.getTotalMemorySize() - Runtime.getRuntime().maxMemory();
    return exceedMemory(bytes, memory)
        ? ahead(round, blocks, format)
        : direct(round, blocks, format);
  }

  /**
   * @param bytes of the rows of all workers of a machine
   * @param memory of the machine, or the container, less the heap
   */
  static boolean exceedMemory(long bytes, long memory) {
    return bytes > memory;
  }

  static BatchFeed direct(Round round, List<? extends SampleBlock> blocks, BatchFormat format) {
    return new Direct(feeds(round, blocks, format));
  }

  static BatchFeed ahead(Round round, List<? extends SampleBlock> blocks, BatchFormat format) {
    return new Ahead(round, feeds(round, blocks, format));
  }

  /**
   * The share of batch {@code batch} that comes from the worker's shard {@code own}, or null where
   * it is empty; valid until the next call. Asked for in the order of batches and shards.
   */
  abstract TrainingBatch next(int batch, int own);

  @Override
  public abstract void close();

  private static List<ShardFeed> feeds(
      Round round, List<? extends SampleBlock> blocks, BatchFormat format) {
    return blocks.stream().map(block -> new ShardFeed(block, format, round)).toList();
  }

  private static long workersOnThisHost() {
    BarrierTaskContext context = BarrierTaskContext.get();
    BarrierTaskInfo[] workers = context.getTaskInfos();
    String host = RoundStage.hostOf(workers[context.partitionId()].address());
    return Arrays.stream(workers)
        .filter(worker -> RoundStage.hostOf(worker.address()).equals(host))
        .count();
  }

  private static final class Direct extends BatchFeed {
    Direct(List<ShardFeed> shards) {
      super(shards);
    }

    @Override
    TrainingBatch next(int batch, int own) {
      return shards.get(own).next(batch, 0);
    }

    @Override
    public void close() {}
  }

  /** Its thread is at most a batch ahead; every shard has two arrays of each size. */
  private static final class Ahead extends BatchFeed {
    private final int firstBatch;
    private final int batches;
    private final TrainingBatch[] filled;
    private final Semaphore ready = new Semaphore(0);
    private final Semaphore room;
    private final Thread thread = new Thread(this::fill, "lockstep-batches");
    private volatile Throwable failure;

    Ahead(Round round, List<ShardFeed> shards) {
      super(shards);
      this.firstBatch = round.firstBatch();
      this.batches = round.batches();
      this.filled = new TrainingBatch[2 * shards.size()];
      this.room = new Semaphore(filled.length);
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    TrainingBatch next(int batch, int own) {
      if (batch > firstBatch || own > 0) {
        room.release(); // the one before is used
      }
      try {
        ready.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for the next batch", e);
      }
      if (failure != null) {
        throw new IllegalStateException("Failed to assemble a batch: " + failure, failure);
      }
      return filled[place(batch, own)];
    }

    private void fill() {
      try {
        for (int batch = firstBatch; batch < firstBatch + batches; batch++) {
          for (int own = 0; own < shards.size(); own++) {
            room.acquire();
            filled[place(batch, own)] = shards.get(own).next(batch, batch & 1);
            ready.release();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Throwable e) { // the worker throws it
        failure = e;
        ready.release();
      }
    }

    private int place(int batch, int own) {
      return (batch & 1) * shards.size() + own;
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
