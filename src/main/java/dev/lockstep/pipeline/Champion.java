package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import java.util.Optional;

/** The version that scoring uses. */
final class Champion {
  private Champion() {}

  static Optional<Version> of(RunContext context) {
    return new Versions(context.store(), context.tables()).champion(context.config().model());
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
