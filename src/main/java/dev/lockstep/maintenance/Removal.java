package dev.lockstep.maintenance;

import org.apache.hadoop.fs.Path;

/**
 * A directory that can go.
 *
 * @param bytes of its files
 * @param reason for people
 */
public record Removal(Kind kind, Path path, long bytes, String reason) {

  /** What it holds. */
  public enum Kind {
    PREPARED,
    CHECKPOINTS,
    VERSIONS,
    PREDICTIONS,
    LEFTOVERS
  }
}
