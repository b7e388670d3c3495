package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the driver knows of a round's workers by what they said, and why the round fails if it does:
 * the first worker that failed by itself, not those that lost it. Times are of {@link
 * System#nanoTime}.
 */
final class Roster {
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
    private Word.Beat beat = new Word.Beat(Word.NOT_BEGUN, 0, Word.NOBODY);
  }

  Roster(int workers, Duration timeout) {
    this.seats = new Seat[workers];
    this.timeout = timeout;
    clear();
  }

  private void clear() {
    for (int worker = 0; worker < seats.length; worker++) {
      seats[worker] = new Seat();
    }
  }

  /**
   * Whether a proven caller may join: as one that is not there yet, of the latest attempt of the
   * stage. One of a later attempt ends the earlier one, whose lines are returned to be closed.
   */
  synchronized Optional<List<Line>> admit(Handshake.Proven caller) {
    List<Line> outdated = new ArrayList<>();
    boolean later =
        caller.stage() > stage
            || (caller.stage() == stage && caller.stageAttempt() > stageAttempt)
            || stageAttempt < 0;
    if (later) {
      outdated = lines();
      clear();
      stage = caller.stage();
      stageAttempt = caller.stageAttempt();
      first = null;
      consequence = null;
    }
    boolean fits =
        caller.stage() == stage
            && caller.stageAttempt() == stageAttempt
            && caller.worker() >= 0
            && caller.worker() < seats.length
            && seats[caller.worker()].line == null;
    return fits ? Optional.of(outdated) : Optional.empty();
  }

  /** The worker said where it is; the answer to all of them, once they all are there. */
  synchronized Optional<Word.Everybody> arrived(int worker, Line line, Word.Here here, long now)
      throws IOException {
    Seat seat = seats[worker];
    if (seat.line != null) {
      throw new IOException("Invalid worker: " + worker + " is there already");
    }
    seat.line = line;
    seat.here = here;
    seat.state = State.THERE;
    movedAt = now;
    List<Word.Here> all = new ArrayList<>();
    for (Seat other : seats) {
      if (other.here != null) {
        all.add(other.here);
      }
    }
    return all.size() == seats.length ? Optional.of(new Word.Everybody(all)) : Optional.empty();
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

  synchronized void heard(Line line, Word word, long now) {
    int worker = workerOf(line);
    if (worker == Word.NOBODY) {
      return; // of an earlier attempt
    }
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
  synchronized void ended(Line line) {
    int worker = workerOf(line);
    if (worker != Word.NOBODY) {
      Seat seat = seats[worker];
      if (seat.state == State.THERE) {
        fail(new WorkerFailedException(worker, seat.here.endpoint().host(), "lost"));
      }
      seat.state = State.GONE;
      notifyAll();
    }
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
    int found = 0;
    long least = Long.MAX_VALUE;
    for (int worker = 0; worker < seats.length; worker++) {
      Seat seat = seats[worker];
      boolean waits = seat.beat.waitsFor() != Word.NOBODY;
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
    String since = " since " + seconds() + " s";
    String setting = " (train.timeout)";
    if (seat.here == null) {
      return new WorkerFailedException(worker, "an unknown host", "has not come" + since + setting);
    }
    String where =
        seat.beat.iteration() == Word.NOT_BEGUN
            ? " before its first iteration"
            : " after iteration " + seat.beat.iteration();
    return new WorkerFailedException(
        worker, seat.here.endpoint().host(), "hangs" + since + where + setting);
  }

  private String seconds() {
    long millis = timeout.toMillis();
    return millis % 1000 == 0 ? String.valueOf(millis / 1000) : String.valueOf(millis / 1000.0);
  }

  private int workerOf(Line line) {
    for (int worker = 0; worker < seats.length; worker++) {
      if (seats[worker].line == line) {
        return worker;
      }
    }
    return Word.NOBODY;
  }
}
