package dev.lockstep.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody is looking at stderr. */
final class Terminal {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  static boolean isStderr() {
    try {
      return Files.readSymbolicLink(STDERR).startsWith("/dev/pts");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null; // no /proc: as near as Java comes
    }
  }
}
