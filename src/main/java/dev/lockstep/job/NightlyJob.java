package dev.lockstep.job;

import dev.lockstep.pipeline.Nightly;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/nightly}: all steps of a night in one Spark application. */
@Command(
    name = "nightly",
    description = {
      "Prepares, trains and evaluates in one Spark application. Without an argument: the bundled"
          + " demo, conf/flights.conf.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/nightly",
      "  jobs/nightly --conf conf/flights.conf --date 2013-06-30"
    })
public final class NightlyJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;
  @Mixin private WorkerOptions workers;

  public static void main(String[] args) {
    JobRunner.main(new NightlyJob(), args);
  }

  @Override
  public JobOutput call() {
    try (ProgressLine progress = new ProgressLine(System.err, Terminal.isStderr())) {
      return RunJob.train(
          "nightly",
          config.load(workers.workers()),
          run,
          context -> {
            Map<String, Object> result = Nightly.run(context, progress);
            PeakMemory.megabytes().ifPresent(peak -> result.put("peak_memory_mb", peak));
            return result;
          });
    }
  }
}
