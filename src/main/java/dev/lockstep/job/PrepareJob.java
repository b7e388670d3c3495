package dev.lockstep.job;

import dev.lockstep.pipeline.PrepareStep;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/prepare}: from the source to prepared Parquet. */
@Command(
    name = "prepare",
    description = {
      "Reads the source's window, checks the rules, splits, fits the features on the training split"
          + " and writes Parquet.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/prepare --conf conf/flights.conf",
      "  jobs/prepare --conf conf/flights.conf --date 2013-06-30 --set \"data.window=60 days\""
    })
public final class PrepareJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  public static void main(String[] args) {
    JobRunner.main(new PrepareJob(), args);
  }

  @Override
  public JobOutput call() {
    return RunJob.run(
        "prepare",
        config.load(),
        run,
        context -> PrepareStep.result(context, PrepareStep.run(context)));
  }
}
