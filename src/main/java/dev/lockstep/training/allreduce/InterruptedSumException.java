package dev.lockstep.training.allreduce;

/** The worker was told to stop. */
public final class InterruptedSumException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InterruptedSumException() {
    super("Failed to exchange gradients: interrupted");
  }
}
