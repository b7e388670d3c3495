package dev.lockstep.evaluation;

/** A version's predictions cannot be measured: one line that names the first row. */
public final class InvalidPredictionException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  InvalidPredictionException(String problem) {
    super(problem);
  }
}
