package dev.lockstep.bench;

/** A way to train a workload, measured in whole epochs. */
interface Peer extends AutoCloseable {
  String name();

  /** Samples of an epoch. */
  long samples();

  /** Trains on for some epochs. Returns the nanoseconds that its user waits for them. */
  long train(int epochs);

  @Override
  default void close() {}
}
