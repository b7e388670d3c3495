package dev.lockstep.training;

/** A round failed as often as it may. Exit code 1: a rerun goes on from the last checkpoint. */
public final class TrainingFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  TrainingFailedException(FailureReason reason, int attempts, Throwable cause) {
    super(
        "Failed to train: "
            + reason.text()
            + " (attempt "
            + attempts
            + " of a round, the last that train.max-attempts allows; a rerun goes on from the last"
            + " checkpoint)",
        cause);
    this.reason = reason.text();
  }

  /** Which worker failed last and why, in one line. */
  public String reason() {
    return reason;
  }
}
