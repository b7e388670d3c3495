package dev.lockstep.training.allreduce;

import dev.lockstep.training.allreduce.Terms.Route;
import dev.lockstep.training.replica.FlatVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A worker's links to all other workers of its round, and its line to the driver. Lives and dies
 * with the task: closing it makes the others stop, so that nobody hangs. Belongs to the thread that
 * opened it.
 */
public final class Mesh implements AutoCloseable {
  private final Membership self;
  private final Handshake handshake;
  private final Bell bell;
  private final Neighbours neighbours;
  private final Callers callers = new Callers();
  private final Reception reception;
  private final DriverLine driver;
  private final Link[] links;
  private final Map<FlatVector, Memory> memories = new IdentityHashMap<>();

  private Mesh(Membership self, Handshake handshake, DriverLine driver) throws IOException {
    this.self = self;
    this.driver = driver;
    this.links = new Link[self.terms().workers()];
    this.handshake = handshake;
    this.reception = new Reception(self.host(), handshake, callers);
    try {
      this.bell = new Bell();
    } catch (IOException e) {
      reception.close();
      throw e;
    }
    try {
      this.neighbours = Neighbours.enter(self.terms().key(), self.worker(), bell);
    } catch (RuntimeException e) {
      reception.close();
      bell.close();
      throw e;
    }
  }

  /**
   * Tells the driver that this worker is there, and listens for the others. From here on {@link
   * #failed} can say what goes wrong.
   *
   * @throws IOException if the driver is not there, or refuses this worker
   */
  public static Mesh open(Membership self) throws IOException {
    return open(self, new Handshake(self.terms(), self.worker()));
  }

  static Mesh open(Membership self, Handshake handshake) throws IOException {
    DriverLine driver = new DriverLine(self, handshake);
    Mesh mesh;
    try {
      mesh = new Mesh(self, handshake, driver);
    } catch (IOException | RuntimeException e) {
      driver.close();
      throw e;
    }
    try {
      Endpoint endpoint = new Endpoint(self.host(), mesh.reception.port());
      driver.introduce(new Word.Here(endpoint, Neighbours.PROCESS));
      return mesh;
    } catch (IOException e) {
      mesh.close();
      throw e;
    }
  }

  /** Asks the driver what the state that the round begins with is found by. */
  public byte[] stateHandle() throws IOException {
    return driver.stateHandle();
  }

  /**
   * Says that this worker can begin, waits until all can, however long they read, and links up:
   * calls those before it, hears those after.
   */
  public void meet() throws IOException {
    Word.Everybody everybody = driver.everybody();
    int missing = 0;
    for (int peer = 0; peer < links.length; peer++) {
      Word.Here here = everybody.workers().get(peer);
      if (peer == self.worker()) {
        continue;
      }
      if (self.terms().route() == Route.MEMORY && here.process().equals(Neighbours.PROCESS)) {
        Pipe out = neighbours.pipe(self.worker(), peer);
        Pipe in = neighbours.pipe(peer, self.worker());
        links[peer] = new MemoryLink(peer, out, in, this::memory);
      } else if (peer < self.worker()) {
        Handshake.Proven callee = handshake.call(here.endpoint(), peer, self);
        links[peer] = new SocketLink(peer, callee, bell.selector());
      } else {
        missing++;
      }
    }
    for (; missing > 0; missing--) {
      hear();
    }
    reception.close();
  }

  public int worker() {
    return self.worker();
  }

  public int workers() {
    return links.length;
  }

  /** Bytes of vectors that this worker sent to the others. */
  public long bytesSent() {
    long sum = 0;
    for (Link link : links) {
      sum += link == null ? 0 : link.bytesSent();
    }
    return sum;
  }

  /**
   * The worker got something done: whoever waits for it does not wait in vain.
   *
   * @throws InterruptedSumException if it is told to stop, which one that waits for nobody would
   *     not notice
   */
  public void sign() {
    driver.sign();
    checkInterrupt();
  }

  /** The same for an iteration, counted over the whole run. */
  public void finished(int iteration) {
    driver.finished(iteration);
    checkInterrupt();
  }

  /** Tells the driver's listener how far this worker is: a few bytes, now and then. */
  public void report(int iteration, double loss) {
    try {
      driver.progress(iteration, loss);
    } catch (IOException e) {
      throw new IllegalStateException("Failed to reach the driver: " + e.getMessage(), e);
    }
  }

  /** The worker has done its part, and nobody needs it any more. */
  public void done() throws IOException {
    driver.done();
  }

  /** Tells the driver what this worker fails of; to be called before {@link #close}. */
  public void failed(Throwable cause) {
    boolean interrupted =
        cause instanceof InterruptedSumException
            || cause instanceof InterruptedException
            || Thread.currentThread().isInterrupted();
    if (interrupted) {
      driver.stopped(cause);
    } else {
      driver.failed(cause);
    }
  }

  /** Tells the driver that Spark itself will try again: nothing is to be done. */
  public void stopped(Throwable cause) {
    driver.stopped(cause);
  }

  @Override
  public void close() throws IOException {
    for (Link link : links) {
      if (link != null) {
        link.close();
      }
    }
    reception.close();
    callers.close();
    driver.close();
    Neighbours.leave(self.terms().key());
    bell.close();
  }

  Link link(int peer) {
    return links[peer];
  }

  /** This thread's window on a vector. */
  Memory memory(FlatVector vector) {
    return memories.computeIfAbsent(vector, Memory::new);
  }

  /** Moves on all links what can be moved at once. */
  boolean drive() {
    boolean moved = false;
    for (Link link : links) {
      moved |= link != null && link.drive();
    }
    return moved;
  }

  /** Lets time pass until it makes sense to look again; to be followed by {@link #resume}. */
  void pause(boolean moved) {
    checkInterrupt();
    if (moved) {
      bell.rest();
    } else if (bell.isDozing()) {
      sleep();
    } else if (!bell.look()) {
      for (Link link : links) {
        if (link != null) {
          link.arm();
        }
      }
      bell.doze();
    }
  }

  /** What was waited for has come. */
  void resume() {
    bell.rest();
  }

  private void sleep() {
    driver.waitsFor(firstOpen());
    try {
      bell.sleep();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    driver.waitsFor(Word.NOBODY);
  }

  private static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedSumException();
    }
  }

  private int firstOpen() {
    for (Link link : links) {
      if (link != null && link.isOpen()) {
        return link.peer();
      }
    }
    return Word.NOBODY;
  }

  /** Links up with the next worker that called. */
  private void hear() throws IOException {
    Handshake.Proven caller = callers.next(self, this::isToCall, handshake.timeout());
    links[caller.worker()] = new SocketLink(caller.worker(), caller, bell.selector());
  }

  private boolean isToCall(int peer) {
    return peer > self.worker() && peer < links.length && links[peer] == null;
  }
}
