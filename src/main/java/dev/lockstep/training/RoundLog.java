package dev.lockstep.training;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.training.round.RoundResult;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes what rounds did durable while the next round runs: a round's rows first, then the
 * checkpoint that stands for them, so what a checkpoint says was done is in the tables.
 *
 * <p>Entries are written one after the other in the order in which they come, and a new one is
 * taken only when the one before it is safe: at most one is in memory beside the round that runs. A
 * failed write is thrown, as it is, by the next call. For use by one thread.
 */
final class RoundLog implements AutoCloseable {
  private final TrainingTables tables;
  private final Checkpoints checkpoints;
  private final ExecutorService writer = Executors.newSingleThreadExecutor(RoundLog::thread);
  private Future<?> pending;

  RoundLog(TrainingTables tables, Checkpoints checkpoints) {
    this.tables = tables;
    this.checkpoints = checkpoints;
  }

  /**
   * What a round leaves behind.
   *
   * @param epoch where the round ended one
   * @param checkpoint after it, where one is due
   */
  record Entry(RoundResult result, Optional<EpochSummary> epoch, Optional<Checkpoint> checkpoint) {

    /** Rows of iterations alone: nothing goes on from a state that is not finite. */
    static Entry ofDiverged(RoundResult result) {
      return new Entry(result, Optional.empty(), Optional.empty());
    }
  }

  /** Takes the entry once the one before it is safe, and returns while it is being written. */
  void append(Entry entry) {
    flush();
    pending = writer.submit(() -> write(entry));
  }

  /** Returns when all entries are safe. */
  void flush() {
    boolean interrupted = false;
    while (pending != null) {
      try {
        pending.get();
        pending = null;
      } catch (InterruptedException e) {
        interrupted = true; // a write is never given up half done
      } catch (ExecutionException e) {
        pending = null;
        throw unchecked(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends after the entry that is being written. */
  @Override
  public void close() {
    try {
      flush();
    } finally {
      writer.shutdown();
    }
  }

  private void write(Entry entry) {
    tables.write(entry.result());
    entry.epoch().ifPresent(epoch -> tables.write(epoch, entry.result().workers()));
    entry.checkpoint().ifPresent(checkpoints::write);
  }

  /** What the writer threw, as it is: its message is made for the user. */
  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
  }

  private static Thread thread(Runnable writing) {
    Thread thread = new Thread(writing, "lockstep-round-log");
    thread.setDaemon(true);
    return thread;
  }
}
