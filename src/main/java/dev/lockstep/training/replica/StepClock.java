package dev.lockstep.training.replica;

import java.io.Serializable;

/** Where a worker's time goes, step by step; each lap ends the step that it is booked on. */
public final class StepClock {
  private final long[] nanos = new long[Step.values().length];
  private long last = System.nanoTime();

  /** The steps that are timed apart. */
  public enum Step {
    /** Step 5: the next batch. */
    DATA,
    /** Step 1: the forward pass. */
    FORWARD,
    /** Steps 2 and 3: loss and backpropagation. */
    BACKWARD,
    /** Step 4, first half: the sum over all shards, waiting included. */
    REDUCE,
    /** Step 4, second half: the updater, the weights and their norms. */
    UPDATE,
    /** Keeping count. */
    OTHER
  }

  /** Books the time since the last lap. */
  public long lap(Step step) {
    long now = System.nanoTime();
    long lap = now - last;
    nanos[step.ordinal()] += lap;
    last = now;
    return lap;
  }

  public Times times() {
    return new Times(
        nanos[Step.DATA.ordinal()],
        nanos[Step.FORWARD.ordinal()],
        nanos[Step.BACKWARD.ordinal()],
        nanos[Step.REDUCE.ordinal()],
        nanos[Step.UPDATE.ordinal()]);
  }

  /** Nanoseconds a step. */
  public record Times(long data, long forward, long backward, long reduce, long update)
      implements Serializable {
    public static final Times ZERO = new Times(0, 0, 0, 0, 0);

    public Times dividedBy(int count) {
      return new Times(
          data / count, forward / count, backward / count, reduce / count, update / count);
    }

    public Times plus(Times other) {
      return new Times(
          data + other.data,
          forward + other.forward,
          backward + other.backward,
          reduce + other.reduce,
          update + other.update);
    }
  }
}
