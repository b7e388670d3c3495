package dev.lockstep.storage;

/** Says whether the caller may still write what it works on. */
@FunctionalInterface
public interface Fence {
  /** For writers that nobody can displace. */
  Fence NONE = () -> {};

  /**
   * Called immediately before every commit.
   *
   * @throws StoreException if another driver has taken over: nothing more may be written
   */
  void check();

  /** Both must let the writer through. */
  default Fence and(Fence other) {
    return () -> {
      check();
      other.check();
    };
  }
}
