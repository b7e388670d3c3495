package dev.lockstep.bench;

/** Something that goes through all rows; an epoch is all of them once. */
record RowsPeer(String name, long samples, Runnable action) implements Peer {

  @Override
  public long train(int epochs) {
    long started = System.nanoTime();
    for (int i = 0; i < epochs; i++) {
      action.run();
    }
    return System.nanoTime() - started;
  }
}
