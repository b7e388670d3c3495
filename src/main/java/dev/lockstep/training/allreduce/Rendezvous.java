package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The driver's side of a round's attempt: workers find each other here, say how far they are and
 * what they fail of.
 *
 * <p>Each worker tells where it listens, then reads what it needs, however long that takes, and
 * says that it is ready; once all are, each is told where the others listen. Spark's barrier
 * context has an allGather for this, but it sleeps in steps of a second (BarrierTaskContext of
 * Spark 3.5), which a round of an epoch may not last. This takes milliseconds.
 */
public final class Rendezvous implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(500);

  private final Terms terms;
  private final Events events;
  private final Roster roster;
  private final Reception reception;
  private final Endpoint endpoint;
  private final Thread watch;
  private volatile boolean closed;
  private volatile boolean listenerFailed;

  /** What happens in a round; called from other threads. */
  public interface Events {
    /**
     * @param iteration updates done, over the whole run
     * @param loss a recent mean loss of worker 0's samples
     */
    void progressed(int iteration, double loss);

    /** What the state that the round begins with is found by; asked for those who lack it. */
    byte[] stateHandle();

    /** The attempt is lost: its other workers are to be stopped. Called once. */
    void failed();

    /** The tasks that Spark can run at once now; asked where no worker has come for too long. */
    int slots();
  }

  private Rendezvous(String bind, String host, Terms terms, Events events) throws IOException {
    this.terms = terms;
    this.events = events;
    this.roster = new Roster(terms.workers(), terms.timeout(), System.nanoTime());
    this.reception = new Reception(bind, new Handshake(terms, Handshake.DRIVER), this::welcome);
    this.endpoint = new Endpoint(host, reception.port());
    this.watch = Reception.daemon(this::watch, "lockstep-watch");
    watch.start();
  }

  /**
   * Listens on a free port.
   *
   * @param bind the driver's own address
   * @param host the driver's address as its executors know it
   */
  public static Rendezvous open(String bind, String host, Terms terms, Events events)
      throws IOException {
    return new Rendezvous(bind, host, terms, events);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Why the attempt failed, if it was a worker's fault. Waits a little for what workers still have
   * to say.
   */
  public Optional<WorkerFailedException> failure() {
    try {
      return roster.verdict(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return roster.first();
    }
  }

  /** Ends it; workers that still wait for others fail at once. */
  @Override
  public void close() throws IOException {
    closed = true;
    watch.interrupt();
    reception.close();
    roster.lines().forEach(Line::close);
  }

  private void welcome(Handshake.Proven guest) throws IOException {
    if (!roster.admits(guest)) {
      throw new IOException("Unknown worker: " + guest.worker());
    }
    Line line = new Line(guest);
    Reception.daemon(() -> follow(guest.worker(), line), "lockstep-line-" + guest.worker()).start();
  }

  private void follow(int worker, Line line) {
    try (line) {
      if (!(Word.of(line.receive()) instanceof Word.Here here)) {
        return;
      }
      roster.arrived(worker, line, here, System.nanoTime());
      listen(worker, line);
    } catch (IOException e) {
      return; // somebody who was gone again before he said where he is
    }
  }

  private void listen(int worker, Line line) {
    try {
      while (true) {
        Word word = Word.of(line.receive());
        if (word instanceof Word.Ready) {
          roster.ready(worker, System.nanoTime()).ifPresent(this::tell);
        } else if (word instanceof Word.StateWanted) {
          giveState(worker, line);
        } else if (word instanceof Word.Progress progress) {
          tell(progress);
        } else {
          roster.heard(worker, word, System.nanoTime());
        }
      }
    } catch (IOException e) {
      if (!closed) {
        roster.ended(worker); // which is an error only if the worker has not said that it leaves
      }
    }
  }

  /** A driver that has no state to give ends the attempt. */
  private void giveState(int worker, Line line) throws IOException {
    byte[] handle;
    try {
      handle = events.stateHandle();
    } catch (RuntimeException e) {
      String reason = "the driver could not give the state: " + e;
      roster.heard(worker, new Word.Failed(Word.NOBODY, reason), System.nanoTime());
      throw new IOException(reason, e);
    }
    line.send(new Word.StateHandle(handle).bytes());
  }

  /** Of a worker that is gone its own line says so. */
  private void tell(Word.Everybody all) {
    for (Line line : roster.lines()) {
      try {
        line.send(all.bytes());
      } catch (IOException e) {
        line.close();
      }
    }
  }

  /**
   * A listener only watches: one that throws is reported once, hears no more, and harms nothing.
   */
  private void tell(Word.Progress progress) {
    if (listenerFailed) {
      return;
    }
    try {
      events.progressed(progress.iteration(), progress.loss());
    } catch (RuntimeException e) {
      listenerFailed = true;
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /** Looks for workers that hang, and says once that the attempt is lost. */
  private void watch() {
    long look = Math.max(1, Math.min(LONGEST_LOOK.toMillis(), terms.timeout().toMillis() / 8));
    try {
      while (!closed) {
        if (roster.failsWithin(look)) {
          events.failed();
          return;
        }
        long now = System.nanoTime();
        roster.watch(now);
        if (roster.isDeserted(now)) {
          roster.deserted(events.slots());
        }
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }
}
