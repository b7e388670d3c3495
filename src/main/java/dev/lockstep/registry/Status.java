package dev.lockstep.registry;

import java.util.Locale;

/** What a version is to its model; the column {@code versions.status}. */
public enum Status {
  /** Trained, and not decided on. */
  CANDIDATE,
  /** The one that scoring uses: at most one a model. */
  CHAMPION,
  /** Was champion. */
  RETIRED,
  /** Did not become champion. */
  REJECTED;

  /** As in the table: {@code champion}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
