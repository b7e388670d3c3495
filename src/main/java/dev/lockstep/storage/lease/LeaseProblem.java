package dev.lockstep.storage.lease;

import dev.lockstep.storage.StoreException;
import java.io.IOException;

/** What can be wrong with a lease's files, in one line. */
final class LeaseProblem {
  private LeaseProblem() {}

  static StoreException of(String verb, LeaseName name, IOException cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
    return new StoreException(
        "Cannot %s the lease of %s: %s (%s)"
            .formatted(verb, name.subject(), name.directory(), reason),
        cause);
  }
}
