package dev.lockstep.storage.lease;

import dev.lockstep.storage.Causes;
import dev.lockstep.storage.StoreException;
import java.io.IOException;

/** What can be wrong with a lease's files, in one line. */
final class LeaseProblem {
  private LeaseProblem() {}

  static StoreException of(String verb, LeaseName name, IOException cause) {
    return new StoreException(
        "Cannot %s the lease of %s: %s (%s)"
            .formatted(verb, name.subject(), name.directory(), Causes.inWords(cause)),
        cause);
  }
}
