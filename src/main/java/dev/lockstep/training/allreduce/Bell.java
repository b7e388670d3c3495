package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.nio.channels.Selector;

/**
 * How a worker waits: it looks again and again for a while, since to fall asleep and to be woken
 * takes a virtual CPU longer than an exchange, and then sleeps in a selector until a socket is
 * ready or a worker of the same process rings.
 *
 * <p>Looking helps while the worker that is waited for has a core of its own, and holds it up where
 * they share one. So the while is doubled whenever looking was enough and halved whenever it was
 * not; now and then the longest is tried.
 */
final class Bell implements AutoCloseable {
  private static final long LONGEST_NANOS = 300_000;
  private static final long SHORTEST_NANOS = 1_000;

  /** From here on the core is offered to others between two looks. */
  private static final long SELFISH_NANOS = 5_000;

  /** Sleeps after which the longest while is tried again. */
  private static final int TRIAL = 64;

  private final Selector selector;
  private volatile boolean asleep;
  private long patience = LONGEST_NANOS;
  private int sleeps;
  private boolean waiting;
  private long since;

  Bell() throws IOException {
    this.selector = Selector.open();
  }

  Selector selector() {
    return selector;
  }

  /** Something moved, or all has come: the next wait begins anew. */
  void rest() {
    if (waiting) {
      waiting = false;
      patience = Math.min(2 * patience, LONGEST_NANOS);
    }
    if (asleep) {
      asleep = false;
    }
  }

  /** Lets a moment pass; false where it is time to {@link #doze} and {@link #sleep}. */
  boolean look() {
    long now = System.nanoTime();
    if (!waiting) {
      waiting = true;
      since = now;
    }
    long waited = now - since;
    if (waited > patience) {
      return false;
    }
    if (waited < SELFISH_NANOS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
    return true;
  }

  /**
   * Asks to be rung for. What is waited for is to be looked at once more between this and {@link
   * #sleep}: it may have come before.
   */
  void doze() {
    asleep = true;
  }

  boolean isDozing() {
    return asleep;
  }

  /** Sleeps until a socket is ready, somebody rings, or the thread is interrupted. */
  void sleep() throws IOException {
    waiting = false;
    sleeps++;
    patience = sleeps % TRIAL == 0 ? LONGEST_NANOS : Math.max(patience / 2, SHORTEST_NANOS);
    selector.select();
    selector.selectedKeys().clear();
    asleep = false;
  }

  /** Wakes the worker whose bell it is, if it sleeps; from any thread. */
  void ring() {
    if (asleep) {
      selector.wakeup();
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
