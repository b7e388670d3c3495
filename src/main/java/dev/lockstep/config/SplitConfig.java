package dev.lockstep.config;

/** How the rows fall into the training, validation and test split. */
public sealed interface SplitConfig {

  /** By hash of the key: fractions in [0, 1), their sum below 1. */
  record ByHash(double validation, double test) implements SplitConfig {}

  /**
   * By the event's day: the window's last days are the test split, the days before them validation.
   */
  record ByDays(int validationDays, int testDays) implements SplitConfig {}
}
