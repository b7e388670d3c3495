package dev.lockstep.training.allreduce;

import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The workers of one attempt of a round that live in this process, and the pipes between them. They
 * find each other here by the attempt's key; that they share a process they learn from its random
 * name, told at the rendezvous.
 */
final class Neighbours {
  /** This process, as it is told to others: a process id may be another's on another host. */
  static final String PROCESS = UUID.randomUUID().toString();

  private static final ConcurrentMap<StageKey, Neighbours> ATTEMPTS = new ConcurrentHashMap<>();

  private final ConcurrentMap<Integer, Bell> bells = new ConcurrentHashMap<>();
  private final ConcurrentMap<Way, Pipe> pipes = new ConcurrentHashMap<>();
  private int inside;

  private record Way(int from, int to) {}

  private Neighbours() {}

  /** Before the worker tells anybody that it is there; {@link #leave} ends it. */
  static Neighbours enter(StageKey key, int worker, Bell bell) {
    return ATTEMPTS.compute(
        key,
        (same, found) -> {
          Neighbours attempt = found == null ? new Neighbours() : found;
          if (attempt.bells.putIfAbsent(worker, bell) != null) {
            throw new IllegalStateException("Invalid worker: " + worker + " is here already");
          }
          attempt.inside++;
          return attempt;
        });
  }

  static void leave(StageKey key) {
    ATTEMPTS.computeIfPresent(key, (same, attempt) -> --attempt.inside == 0 ? null : attempt);
  }

  /** The pipe from one worker to another, both of which have entered. */
  Pipe pipe(int from, int to) {
    return pipes.computeIfAbsent(
        new Way(from, to), way -> new Pipe(bells.get(way.from), bells.get(way.to)));
  }
}
