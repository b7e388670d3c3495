package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import java.util.Optional;

/** The version that scoring uses. */
final class Champion {
  private static final String STATUS = "champion";

  private Champion() {}

  static Optional<Version> of(RunContext context) {
    String model = context.config().model();
    Versions versions = new Versions(context.store(), context.tables());
    return context.tables().versions(model).stream()
        .filter(row -> row.status().equals(STATUS))
        .findFirst()
        .map(VersionRow::version)
        .flatMap(version -> versions.find(model, version));
  }

  static Version needed(RunContext context) {
    return of(context)
        .orElseThrow(
            () ->
                new InvalidConfigException(
                    "Missing champion: "
                        + context.config().model()
                        + " has none (jobs/promote makes one; --model-version scores by another"
                        + " version)"));
  }
}
