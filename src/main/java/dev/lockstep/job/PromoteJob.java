package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.pipeline.PromoteStep;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/promote}: candidate against champion, or a champion by hand. */
@Command(
    name = "promote",
    description = {
      "Measures the run's version and the model's champion on the same test rows, and makes the"
          + " version champion if it passes the gate, or says why not. What was decided once stays"
          + " decided. Ends with 0 in both cases.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/promote --conf conf/flights.conf",
      "  jobs/promote --conf conf/flights.conf --version flights-all-964dbc3e",
      "  jobs/promote --conf conf/flights.conf --rollback"
    })
public final class PromoteJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  @Option(
      names = {"--version", "--model-version"},
      paramLabel = "VERSION",
      description = "Makes this version champion by hand, whatever the gate says.")
  private String version;

  @Option(
      names = "--rollback",
      description =
          "Makes the version champion again that was retired last, and retires the present one.")
  private boolean rollback;

  public static void main(String[] args) {
    JobRunner.main(new PromoteJob(), args);
  }

  @Override
  public JobOutput call() {
    if (version != null && rollback) {
      throw new InvalidConfigException(
          "Invalid --rollback: beside --version (one of them says who becomes champion)");
    }
    LockstepConfig settings = config.load();
    return RunJob.run(
        "promote",
        settings,
        run,
        context -> {
          if (rollback) {
            return PromoteStep.rollback(context);
          }
          return version == null ? PromoteStep.run(context) : PromoteStep.promote(context, version);
        });
  }
}
