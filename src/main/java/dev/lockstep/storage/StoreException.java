package dev.lockstep.storage;

/** The store cannot be read or written: one line that names the path. Exit code 1. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean damage;

  public StoreException(String problem) {
    this(problem, null);
  }

  public StoreException(String problem, Throwable cause) {
    super(problem, cause);
    this.damage = false;
  }

  private StoreException(Throwable cause, String problem) {
    super(problem, cause);
    this.damage = true;
  }

  /** What the store holds is not what was written into it. */
  static StoreException ofDamage(String problem, Throwable cause) {
    return new StoreException(cause, problem);
  }

  /**
   * Whether a file is missing or is not what its manifest says, so that reading it again is of no
   * use. False for all that may pass: a node that is down, a service that is busy.
   */
  public boolean isDamage() {
    return damage;
  }
}
