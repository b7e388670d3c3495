package dev.lockstep.job;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.dataset.Split;
import dev.lockstep.pipeline.EvaluateStep;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/evaluate}: a version and the baselines on a split. */
@Command(
    name = "evaluate",
    description = {
      "Measures a version and two baselines on a split of the run's prepared data, as a whole and by"
          + " slice, into the table lockstep.metrics.evaluations.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/evaluate --conf conf/flights.conf",
      "  jobs/evaluate --conf conf/flights.conf --split validation"
    })
public final class EvaluateJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  @Option(
      names = "--model-version",
      paramLabel = "VERSION",
      description = "The version to measure. Default: the run's own.")
  private String version;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "train, validation or test. Default: test.")
  private Split split = Split.TEST;

  public static void main(String[] args) {
    JobRunner.main(new EvaluateJob(), args);
  }

  @Override
  public JobOutput call() {
    LockstepConfig settings = config.load();
    return RunJob.run(
        "evaluate", settings, run, context -> EvaluateStep.run(context, version, split));
  }
}
