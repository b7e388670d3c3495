package dev.lockstep.job;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.pipeline.Upkeep;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/maintain}: removes what nobody needs any more, or says what it would remove. */
@Command(
    name = "maintain",
    description = {
      "Says what the store has beyond what 'retention' keeps, and with --apply removes it:"
          + " checkpoints and prepared data of old runs, rejected and retired versions, old"
          + " predictions, leftovers of killed jobs; and of the tables, small files, old snapshots"
          + " and files without a snapshot. Never what a champion or a run in training needs.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/maintain --conf conf/flights.conf",
      "  jobs/maintain --conf conf/flights.conf --set \"retention.runs=30 days\" --apply"
    })
public final class MaintainJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;

  @Option(names = "--apply", description = "Remove it. Without: only say what would go.")
  private boolean apply;

  public static void main(String[] args) {
    JobRunner.main(new MaintainJob(), args);
  }

  @Override
  public JobOutput call() {
    LockstepConfig settings = config.load();
    try (JobSession session = SparkSessions.open(settings, "maintain")) {
      return JobOutput.json(
          apply
              ? Upkeep.apply(session.spark(), settings, System.err::println)
              : Upkeep.find(session.spark(), settings, System.err::println));
    }
  }
}
