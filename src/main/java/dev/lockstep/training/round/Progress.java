package dev.lockstep.training.round;

/** Hears of a round's progress; called from another thread. */
@FunctionalInterface
public interface Progress {
  /**
   * @param iteration updates done, over the whole run
   * @param loss a recent mean loss of worker 0's samples
   */
  void at(int iteration, double loss);
}
