package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The driver's side of a round's attempt: workers find each other here, say how far they are and
 * what they fail of.
 *
 * <p>Each worker tells where it listens, and once all have, each is told where the others do.
 * Spark's barrier context has an allGather for this, but it sleeps in steps of a second
 * (BarrierTaskContext of Spark 3.5), which a round of an epoch may not last. This takes
 * milliseconds.
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

  /** What happens in a round; called from other threads. */
  public interface Events {
    /**
     * @param iteration updates done, over the whole run
     * @param loss a recent mean loss of worker 0's samples
     */
    void progressed(int iteration, double loss);

    /** The attempt is lost: its other workers are to be stopped. Called once. */
    void failed();
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
    Optional<List<Line>> outdated = roster.admit(guest);
    if (outdated.isEmpty()) {
      throw new IOException("Unknown worker: " + guest.worker());
    }
    outdated.get().forEach(Line::close);
    Line line = new Line(guest);
    Reception.daemon(() -> follow(guest.worker(), line), "lockstep-line-" + guest.worker()).start();
  }

  private void follow(int worker, Line line) {
    try (line) {
      if (!(Word.of(line.receive()) instanceof Word.Here here)) {
        return;
      }
      Optional<Word.Everybody> all = roster.arrived(worker, line, here, System.nanoTime());
      if (all.isPresent()) {
        for (Line each : roster.lines()) {
          each.send(all.get().bytes());
        }
      }
      while (true) {
        Word word = Word.of(line.receive());
        roster.heard(line, word, System.nanoTime());
        if (word instanceof Word.Progress progress) {
          events.progressed(progress.iteration(), progress.loss());
        }
      }
    } catch (IOException e) {
      if (!closed) {
        roster.ended(line); // which is an error only if the worker has not said that it leaves
      }
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
        roster.watch(System.nanoTime());
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }
}
