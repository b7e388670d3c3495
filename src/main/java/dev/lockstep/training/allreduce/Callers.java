package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/** Proven callers that a worker has not linked up with yet. */
final class Callers implements Reception.Guests {
  private final BlockingQueue<Handshake.Proven> waiting = new LinkedBlockingQueue<>();

  @Override
  public void welcome(Handshake.Proven guest) {
    waiting.add(guest);
  }

  /**
   * The next one of the worker's attempt; others are sent away.
   *
   * @param expected the workers that are still to call
   */
  Handshake.Proven next(Membership self, IntPredicate expected, Duration timeout)
      throws IOException {
    while (true) {
      Handshake.Proven caller;
      try {
        caller = waiting.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedSumException();
      }
      if (caller == null) {
        throw new IOException("Failed to meet all workers: no call within " + timeout);
      }
      if (caller.stage() == self.stage()
          && caller.stageAttempt() == self.stageAttempt()
          && expected.test(caller.worker())) {
        return caller;
      }
      Reception.close(caller.channel());
    }
  }

  /** Sends all away. */
  void close() {
    waiting.forEach(caller -> Reception.close(caller.channel()));
  }
}
