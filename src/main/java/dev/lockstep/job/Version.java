package dev.lockstep.job;

import java.util.Optional;

/**
 * The code's version, from the jar's manifest: the release, and after a plus the commit that it was
 * built from, with -dirty where files differed from it.
 */
final class Version {
  private Version() {}

  /** The version, or "unpackaged" where the classes run outside their jar. */
  static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
