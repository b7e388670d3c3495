package dev.lockstep.dataset;

import java.util.Locale;

/** What a row is for. */
public enum Split {
  /** Rows that the network and the features are fitted to. */
  TRAIN,
  /** Rows that decide when to stop. */
  VALIDATION,
  /** Rows that no decision of the training sees. */
  TEST;

  /** As in paths and tables: {@code train}, {@code validation}, {@code test}. */
  public String lowerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
