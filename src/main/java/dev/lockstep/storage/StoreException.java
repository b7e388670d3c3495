package dev.lockstep.storage;

/** The store cannot be read or written: one line that names the path. Exit code 1. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String problem) {
    super(problem);
  }

  public StoreException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
