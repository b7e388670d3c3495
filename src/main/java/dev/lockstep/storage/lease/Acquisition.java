package dev.lockstep.storage.lease;

import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A driver that wants a lease: takes it when it is free or expired, and waits until it is. */
final class Acquisition {
  private final LeaseName name;
  private final LeaseFiles files;
  private final LeaseHolder holder;
  private final LeaseTerms terms;
  private final Consumer<String> notices;

  private long watched = -1;
  private byte[] content = {};
  private Duration changed = Duration.ZERO;
  private String other = "another driver";

  Acquisition(LeaseName name, LeaseHolder holder, LeaseTerms terms, Consumer<String> notices) {
    this.name = name;
    this.files = new LeaseFiles(name);
    this.holder = holder;
    this.terms = terms;
    this.notices = notices;
  }

  Lease run() {
    Duration started = now();
    boolean told = false;
    while (true) {
      Optional<Lease> taken = attempt();
      if (taken.isPresent()) {
        return taken.get();
      }
      if (now().minus(started).compareTo(terms.waitTime()) >= 0) {
        throw new StoreException(
            "Cannot work on %s: held by %s (waited %s; lease.wait says how long)"
                .formatted(name.subject(), other, text(terms.waitTime())));
      }
      if (!told) {
        notices.accept(
            "Waiting up to %s for %s: held by %s"
                .formatted(text(terms.waitTime()), name.subject(), other));
        told = true;
      }
      pause(terms.pause());
    }
  }

  /** Whether the lease is neither free nor expired. */
  boolean isHeld() {
    try {
      OptionalLong newest = files.newest();
      if (newest.isEmpty()) {
        return false;
      }
      Optional<byte[]> found = files.read(newest.getAsLong());
      return found.isPresent() && watch(newest.getAsLong(), found.get()).isEmpty();
    } catch (IOException e) {
      throw LeaseProblem.of("read", name, e);
    }
  }

  /** Empty if the lease is held, or another driver was faster. */
  private Optional<Lease> attempt() {
    try {
      OptionalLong newest = files.newest();
      if (newest.isEmpty()) {
        return take(1);
      }
      long generation = newest.getAsLong();
      Optional<byte[]> found = files.read(generation);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Optional<String> end = watch(generation, found.get());
      // Looked at again: the holder may have renewed it meanwhile.
      if (end.isEmpty() || !Arrays.equals(content, files.read(generation).orElse(null))) {
        return Optional.empty();
      }
      Optional<Lease> taken = take(generation + 1);
      if (taken.isPresent()) {
        notices.accept("Taking over %s: %s %s".formatted(name.subject(), other, end.get()));
      }
      return taken;
    } catch (IOException e) {
      throw LeaseProblem.of("take", name, e);
    }
  }

  /** Why the lease is over although nobody has ended it; empty while it is not. */
  private Optional<String> watch(long generation, byte[] found) throws IOException {
    Optional<LeaseRecord> record = LeaseRecord.fromJson(found);
    other = record.map(LeaseRecord::text).orElse("another driver (its lease cannot be read)");
    if (generation != watched || !Arrays.equals(found, content)) {
      watched = generation;
      content = found;
      changed = now();
    }
    if (record.isPresent() && record.get().process().isGone()) {
      return Optional.of("has ended without saying so");
    }
    boolean expired = now().minus(changed).compareTo(terms.timeout()) >= 0 || isOld(generation);
    return expired
        ? Optional.of("has not renewed its lease for " + text(terms.timeout()))
        : Optional.empty();
  }

  /**
   * Old by the store's clock. That may have been set meanwhile, so a holder that lives gets time to
   * renew its lease once more.
   */
  private boolean isOld(long generation) throws IOException {
    if (files.age(generation).compareTo(terms.timeout()) < 0) {
      return false;
    }
    Duration grace = terms.renewalInterval().multipliedBy(2).minus(now().minus(changed));
    if (grace.compareTo(Duration.ZERO) > 0) {
      pause(grace);
    }
    return Arrays.equals(content, files.read(generation).orElse(null));
  }

  private Optional<Lease> take(long generation) throws IOException {
    LeaseRecord mine = holder.begin();
    Duration started = now();
    if (!files.create(generation, mine)) {
      return Optional.empty();
    }
    Lease lease = new Lease(name, terms, generation, mine, started);
    if (!lease.isNewest()) {
      return Optional.empty();
    }
    files.removeBefore(generation);
    return Optional.of(lease);
  }

  private void pause(Duration time) {
    try {
      terms.stopwatch().pause(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Cannot work on " + name.subject() + ": interrupted", e);
    }
  }

  private Duration now() {
    return terms.stopwatch().elapsed();
  }

  /** Such as {@code 90 seconds}. */
  private static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 60_000 == 0 && millis > 0
        ? count(millis / 60_000, "minute")
        : millis % 1000 == 0 ? count(millis / 1000, "second") : millis + " ms";
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
