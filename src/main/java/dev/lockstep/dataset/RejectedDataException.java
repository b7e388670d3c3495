package dev.lockstep.dataset;

/** Data that do not fit the settings: one line for each problem. Exit code 3. */
public final class RejectedDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RejectedDataException(String problem) {
    super(problem);
  }
}
