package dev.lockstep.job;

import java.util.Optional;

/** The code's version, from the jar's manifest. */
final class Version {
  private Version() {}

  /** The version, or "unpackaged" where the classes run outside their jar. */
  static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
