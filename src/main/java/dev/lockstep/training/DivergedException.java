package dev.lockstep.training;

/** The loss or the gradient is no longer a finite number. Exit code 4. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int iteration;

  public DivergedException(int epoch, int iteration, String what) {
    super(
        "Failed to train: "
            + what
            + " at iteration "
            + iteration
            + " of epoch "
            + epoch
            + " (try a lower train.updater.learning-rate or train.clipping)");
    this.iteration = iteration;
  }

  /** The first iteration, counted from 1, that is not finite. */
  public int iteration() {
    return iteration;
  }
}
