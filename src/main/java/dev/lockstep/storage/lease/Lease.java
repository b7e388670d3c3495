package dev.lockstep.storage.lease;

import dev.lockstep.storage.Fence;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The right to work on something, until closed. Renews itself in the background; as a fence it lets
 * its holder through while nobody has taken over. Ends with the process where that is told to stop;
 * one that is killed leaves it to expire. Safe for use by many threads.
 */
public final class Lease implements Fence, AutoCloseable {
  /** Before Hadoop closes its file systems. */
  private static final int SHUTDOWN_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 10;

  private static final String ENDED = "its lease is ended";

  private final LeaseName name;
  private final LeaseFiles files;
  private final LeaseTerms terms;
  private final long generation;
  private final Runnable atShutdown = this::end;
  private final RenewalThread renewal = new RenewalThread(this::renew);

  private LeaseRecord record;
  private Duration renewedAt;
  private String lost;

  Lease(LeaseName name, LeaseTerms terms, long generation, LeaseRecord record, Duration renewedAt) {
    this.name = name;
    this.files = new LeaseFiles(name);
    this.terms = terms;
    this.generation = generation;
    this.record = record;
    this.renewedAt = renewedAt;
  }

  /**
   * Takes the lease, waiting for another holder's end as long as the terms say.
   *
   * @param notices gets a line for what a person at the terminal should know
   * @throws StoreException if another driver holds it and the wait is over, or the store fails
   */
  public static Lease acquire(
      LeaseName name, LeaseHolder holder, LeaseTerms terms, Consumer<String> notices) {
    Lease lease = new Acquisition(name, holder, terms, notices).run();
    lease.renewal.start(terms.renewalInterval());
    ShutdownHookManager.get().addShutdownHook(lease.atShutdown, SHUTDOWN_PRIORITY);
    return lease;
  }

  /**
   * Whether a driver holds the lease in this moment, as far as its file tells.
   *
   * @throws StoreException if the store fails
   */
  public static boolean isHeld(LeaseName name, LeaseTerms terms) {
    return new Acquisition(name, null, terms, line -> {}).isHeld();
  }

  @Override
  public synchronized void check() {
    try {
      if (lost == null && isMine() && isOld()) {
        write(); // a driver that comes along now finds a fresh one
      }
    } catch (IOException e) {
      throw LeaseProblem.of("check", name, e);
    }
    if (lost != null) {
      throw loss(null);
    }
  }

  /**
   * Why work under this lease failed: if another driver has taken over, that, since it may have
   * removed what the work still wrote.
   *
   * @return the failure itself, or the loss of the lease with the failure as its cause
   */
  public synchronized RuntimeException explain(RuntimeException failure) {
    try {
      boolean mine = lost == null ? isMine() : lost.equals(ENDED); // which this process did itself
      return mine ? failure : loss(failure);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return failure;
    }
  }

  /** Ends the lease, so that the next driver need not wait. */
  @Override
  public void close() {
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.removeShutdownHook(atShutdown);
    }
    end();
  }

  /** Whether the newest generation is this one, and its file is this holder's. */
  synchronized boolean isNewest() throws IOException {
    OptionalLong newest = files.newest();
    Optional<LeaseRecord> found =
        newest.isEmpty()
            ? Optional.empty()
            : files.read(newest.getAsLong()).flatMap(LeaseRecord::fromJson);
    boolean taken = newest.isEmpty() || newest.getAsLong() != generation;
    // A file of this generation that cannot be read is damaged, and written anew in time.
    return !taken && found.map(LeaseRecord::id).filter(id -> !id.equals(record.id())).isEmpty();
  }

  synchronized void renew() {
    try {
      if (lost == null && isMine()) {
        write();
      }
    } catch (IOException | RuntimeException e) {
      // The store may be back before the lease expires; if it is not, the next check says so.
    }
  }

  private boolean isMine() throws IOException {
    if (isNewest()) {
      return true;
    }
    lost =
        files.newest().isEmpty()
            ? "its lease is gone, by another driver that is done or by hand"
            : "another driver has taken over its lease " + name.directory();
    return false;
  }

  private StoreException loss(RuntimeException failure) {
    return new StoreException(
        "Cannot go on with %s: %s (this driver writes nothing more)"
            .formatted(name.subject(), lost),
        failure);
  }

  private boolean isOld() {
    Duration age = terms.stopwatch().elapsed().minus(renewedAt);
    return age.compareTo(terms.renewalInterval().multipliedBy(2)) > 0;
  }

  private void write() throws IOException {
    Duration started = terms.stopwatch().elapsed();
    LeaseRecord next = record.renewed();
    files.overwrite(generation, next);
    record = next;
    renewedAt = started;
  }

  private void end() {
    renewal.stop();
    synchronized (this) {
      try {
        if (lost == null && isMine()) {
          lost = ENDED;
          files.remove(generation);
        }
      } catch (IOException e) {
        throw LeaseProblem.of("end", name, e);
      }
    }
  }
}
