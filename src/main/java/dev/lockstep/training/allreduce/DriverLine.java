package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A worker's line to the driver. A thread of its own says now and then that the worker lives, how
 * far it is and whom it waits for; what it is about to die of, the worker says itself.
 */
final class DriverLine implements AutoCloseable {
  private static final Duration LONGEST_BEAT = Duration.ofSeconds(1);
  private static final int REASON_CHARS = 2000;

  private final Line line;
  private final long beatMillis;
  private final Thread heart;
  private final CompletableFuture<Word.StateHandle> stateHandle = new CompletableFuture<>();
  private final CompletableFuture<Word.Everybody> everybody = new CompletableFuture<>();
  private volatile int iteration = Word.NOT_BEGUN;
  private volatile long signs;
  private volatile int waitsFor = Word.NOBODY;

  DriverLine(Membership self, Handshake handshake) throws IOException {
    this.line = new Line(handshake.call(self.rendezvous(), Handshake.DRIVER, self));
    this.beatMillis =
        Math.max(1, Math.min(LONGEST_BEAT.toMillis(), self.terms().timeout().toMillis() / 4));
    this.heart = Reception.daemon(this::beat, "lockstep-heart-" + self.worker());
  }

  /** Says where this worker is to be found; from now on the driver watches over it. */
  void introduce(Word.Here here) throws IOException {
    line.send(here.bytes());
    heart.start();
    Reception.daemon(this::listen, "lockstep-answer").start();
  }

  /** Asks what the round's state is found by; at most once. */
  byte[] stateHandle() throws IOException {
    line.send(new Word.StateWanted().bytes());
    return await(stateHandle).handle();
  }

  /** Says that this worker can begin, and waits until all workers can. */
  Word.Everybody everybody() throws IOException {
    line.send(new Word.Ready().bytes());
    return await(everybody);
  }

  private static <T> T await(CompletableFuture<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException("Failed to hear from the driver: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedSumException();
    }
  }

  /** On a thread that nobody interrupts: that would close the line. */
  private void listen() {
    try {
      while (!everybody.isDone()) {
        Word word = Word.of(line.receive());
        if (word instanceof Word.StateHandle handle) {
          stateHandle.complete(handle);
        } else if (word instanceof Word.Everybody all) {
          everybody.complete(all);
        } else {
          throw new IOException("Invalid answer of the driver");
        }
      }
    } catch (IOException e) {
      stateHandle.completeExceptionally(e);
      everybody.completeExceptionally(e);
    }
  }

  /** The worker got something done. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void sign() {
    signs++;
  }

  void finished(int iteration) {
    this.iteration = iteration;
    sign();
  }

  void waitsFor(int worker) {
    waitsFor = worker;
  }

  void progress(int iteration, double loss) throws IOException {
    line.send(new Word.Progress(iteration, loss).bytes());
  }

  void done() throws IOException {
    line.send(new Word.Done().bytes());
  }

  /** Says why this worker gives up; whoever does not hear it sees the line end. */
  void failed(Throwable cause) {
    int lost = cause instanceof PeerLostException peer ? peer.worker() : Word.NOBODY;
    String reason = cause.toString().lines().findFirst().orElse("");
    if (reason.length() > REASON_CHARS) {
      reason = reason.substring(0, REASON_CHARS) + "…";
    }
    leave(new Word.Failed(lost, reason), cause);
  }

  /** Says that others made this worker stop. */
  void stopped(Throwable cause) {
    leave(new Word.Stopped(), cause);
  }

  /** An interrupted thread could not send: the channel would close. */
  private void leave(Word word, Throwable cause) {
    boolean interrupted = Thread.interrupted();
    try {
      line.send(word.bytes());
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    heart.interrupt();
    line.close();
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(beatMillis);
        line.send(new Word.Beat(iteration, signs, waitsFor).bytes());
      }
    } catch (InterruptedException | IOException e) {
      return; // the round is over, or the driver is gone and takes the task along
    }
  }
}
