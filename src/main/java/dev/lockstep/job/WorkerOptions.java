package dev.lockstep.job;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says how many tasks train. */
final class WorkerOptions {
  @Option(
      names = "--workers",
      paramLabel = "N|auto",
      description =
          "Overrides 'train.workers': how many tasks hold the shards. Never changes the result.")
  private String workers;

  Optional<String> workers() {
    return Optional.ofNullable(workers);
  }
}
