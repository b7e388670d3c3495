package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the driver knows of a round's workers by what they said, and why the round fails if it does:
 * the first worker that failed by itself, not those that lost it. Times are of {@link
 * System#nanoTime}.
 */
final class Roster {
  private static final String UNKNOWN_HOST = "an unknown host";
  private static final String HAS_NOT_COME = "has not come since ";
  private static final String SETTING = " (train.timeout)";

  private final Seat[] seats;
  private final Duration timeout;
  private int stage;
  private int stageAttempt = -1;
  private long movedAt;
  private WorkerFailedException first;
  private WorkerFailedException consequence;

  private enum State {
    MISSING,
    THERE,
    /** Has said its last word. */
    LEFT,
    /** Its line has ended. */
    GONE
  }

  /** One worker. */
  private static final class Seat {
    private State state = State.MISSING;
    private Word.Here here;
    private Line line;
    private boolean ready;
    private Word.Beat beat = new Word.Beat(Word.NOT_BEGUN, 0, Word.NOBODY);
  }

  /**
   * @param now from when on workers are waited for
   */
  Roster(int workers, Duration timeout, long now) {
    this.seats = Stream.generate(Seat::new).limit(workers).toArray(Seat[]::new);
    this.timeout = timeout;
    this.movedAt = now;
  }

  /**
   * Whether a proven caller may join: as one that is not there yet, of the attempt of the stage
   * that the first caller was of. There is no other: Spark never repeats a barrier stage that ends
   * a job.
   */
  synchronized boolean admits(Handshake.Proven caller) {
    if (stageAttempt < 0) {
      stage = caller.stage();
      stageAttempt = caller.stageAttempt();
    }
    return caller.stage() == stage
        && caller.stageAttempt() == stageAttempt
        && caller.worker() >= 0
        && caller.worker() < seats.length
        && seats[caller.worker()].line == null;
  }

  /** The worker said where it is; from here on it may fail. */
  synchronized void arrived(int worker, Line line, Word.Here here, long now) throws IOException {
    Seat seat = seats[worker];
    if (seat.line != null) {
      throw new IOException("Invalid worker: " + worker + " is there already");
    }
    seat.line = line;
    seat.here = here;
    seat.state = State.THERE;
    movedAt = now;
  }

  /** The worker can begin; the answer to all of them, once they all can. */
  synchronized Optional<Word.Everybody> ready(int worker, long now) {
    seats[worker].ready = true;
    movedAt = now;
    return areAllReady()
        ? Optional.of(new Word.Everybody(Stream.of(seats).map(seat -> seat.here).toList()))
        : Optional.empty();
  }

  private boolean areAllReady() {
    return Stream.of(seats).allMatch(seat -> seat.ready);
  }

  synchronized List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (Seat seat : seats) {
      if (seat.line != null) {
        lines.add(seat.line);
      }
    }
    return lines;
  }

  synchronized void heard(int worker, Word word, long now) {
    Seat seat = seats[worker];
    if (word instanceof Word.Beat beat) {
      if (beat.signs() != seat.beat.signs()) {
        movedAt = now;
      }
      seat.beat = beat;
    } else if (word instanceof Word.Failed failed) {
      seat.state = State.LEFT;
      WorkerFailedException failure =
          new WorkerFailedException(worker, seat.here.endpoint().host(), failed.reason());
      if (failed.lost() == Word.NOBODY) {
        fail(failure);
      } else if (consequence == null) {
        consequence = failure;
      }
    } else if (word instanceof Word.Done || word instanceof Word.Stopped) {
      seat.state = State.LEFT;
      movedAt = now;
    }
    notifyAll();
  }

  /** The worker's line has ended: if it has not said its last word, it is lost. */
  synchronized void ended(int worker) {
    Seat seat = seats[worker];
    if (seat.state == State.THERE) {
      fail(new WorkerFailedException(worker, seat.here.endpoint().host(), "lost"));
    }
    seat.state = State.GONE;
    notifyAll();
  }

  /** Notes which worker hangs, if nothing has moved for too long since the first one came. */
  synchronized void watch(long now) {
    boolean working = false;
    for (Seat seat : seats) {
      working |= seat.state == State.THERE;
    }
    if (working && first == null && now - movedAt > timeout.toNanos()) {
      fail(hanging());
    }
  }

  /** Whether nobody has come for too long: the stage waits for slots, or never starts. */
  synchronized boolean isDeserted(long now) {
    return Stream.of(seats).allMatch(seat -> seat.state == State.MISSING)
        && now - movedAt > timeout.toNanos();
  }

  /** Notes that nobody can come, if Spark has too few slots for all; else they may be in use. */
  synchronized void deserted(int slots) {
    if (first == null && slots < seats.length) {
      String why = ": Spark has " + slots + " of the " + seats.length + " task slots it needs";
      fail(new WorkerFailedException(0, UNKNOWN_HOST, HAS_NOT_COME + seconds() + why + SETTING));
    }
  }

  /** Waits for a failure, at most some milliseconds; whether there is one. */
  synchronized boolean failsWithin(long millis) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (first == null && System.nanoTime() < until) {
      wait(millis);
    }
    return first != null;
  }

  synchronized Optional<WorkerFailedException> first() {
    return Optional.ofNullable(first);
  }

  /**
   * Why the round failed, once all who are there have had their say, or as much as is known after a
   * while.
   */
  synchronized Optional<WorkerFailedException> verdict(Duration patience)
      throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (first == null && isSomebodySilent() && System.nanoTime() < until) {
      wait(Math.max(1, Duration.ofNanos(until - System.nanoTime()).toMillis()));
    }
    return Optional.ofNullable(first == null ? consequence : first);
  }

  /** Whether a worker still has to speak: one that is there, or that another has lost. */
  private boolean isSomebodySilent() {
    for (Seat seat : seats) {
      if (seat.state == State.THERE || (seat.state == State.MISSING && consequence != null)) {
        return true;
      }
    }
    return false;
  }

  private void fail(WorkerFailedException failure) {
    first = first == null ? failure : first;
    notifyAll();
  }

  /** One that is missing; else, of those that wait for nobody, the one that is the least far. */
  private WorkerFailedException hanging() {
    boolean begun = areAllReady();
    int found = 0;
    long least = Long.MAX_VALUE;
    for (int worker = 0; worker < seats.length; worker++) {
      Seat seat = seats[worker];
      boolean waits = seat.beat.waitsFor() != Word.NOBODY || (seat.ready && !begun);
      boolean over = seat.state == State.LEFT || seat.state == State.GONE;
      long distance = seat.here == null ? -2 : seat.beat.iteration() + (waits ? 1L << 32 : 0L);
      if (!over && distance < least) {
        least = distance;
        found = worker;
      }
    }
    return failure(found);
  }

  private WorkerFailedException failure(int worker) {
    Seat seat = seats[worker];
    if (seat.here == null) {
      return new WorkerFailedException(worker, UNKNOWN_HOST, HAS_NOT_COME + seconds() + SETTING);
    }
    String where =
        seat.beat.iteration() == Word.NOT_BEGUN
            ? " before its first iteration"
            : " after iteration " + seat.beat.iteration();
    return new WorkerFailedException(
        worker, seat.here.endpoint().host(), "hangs since " + seconds() + where + SETTING);
  }

  private String seconds() {
    long millis = timeout.toMillis();
    return (millis % 1000 == 0 ? String.valueOf(millis / 1000) : millis / 1000.0) + " s";
  }
}
