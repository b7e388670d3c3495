package dev.lockstep.job;

import dev.lockstep.pipeline.Night;
import dev.lockstep.pipeline.Nightly;
import dev.lockstep.pipeline.Nights;
import dev.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/nightly}: all steps of a night in one Spark application. */
@Command(
    name = "nightly",
    description = {
      "Prepares, trains, evaluates, decides on the new version and scores, in one Spark application."
          + " Without an argument: the bundled demo, conf/flights.conf.",
      "With --from and --to: many nights, one after the other. A night whose data are rejected or"
          + " whose training diverges is noted, and the next ones go on; the exit code is then 3,"
          + " or 4 if none was rejected, and stdout has the whole list all the same.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/nightly",
      "  jobs/nightly --conf conf/flights-nightly.conf --date 2013-06-30",
      "  jobs/nightly --from 2013-03-01 --to 2013-03-30"
    })
public final class NightlyJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;
  @Mixin private NightRange range;
  @Mixin private WorkerOptions workers;

  public static void main(String[] args) {
    JobRunner.main(new NightlyJob(), args);
  }

  @Override
  public JobOutput call() {
    return range.isGiven() ? nights() : night();
  }

  private JobOutput night() {
    try (ProgressLine progress = new ProgressLine(System.err, Terminal.isStderr())) {
      return RunJob.train(
          "nightly",
          config.load(workers.workers()),
          run,
          context -> withPeak(Nightly.run(context, progress)));
    }
  }

  private JobOutput nights() {
    range.check(run);
    NightTable table = new NightTable(System.err);
    List<Night> ended = new ArrayList<>();
    JobOutput output =
        RunJob.train(
            "nightly",
            config.load(workers.workers()),
            run,
            context -> {
              Nights nights = new Nights(context, new TrainingListener() {}, table::add);
              ended.addAll(nights.run(range.first(), range.last()));
              return withPeak(Nights.values(ended));
            });
    return output.endingWith(exitCode(ended));
  }

  private static ExitCode exitCode(List<Night> nights) {
    if (Nights.count(nights, Night.Status.REJECTED) > 0) {
      return ExitCode.REJECTED;
    }
    return Nights.count(nights, Night.Status.DIVERGED) > 0 ? ExitCode.DIVERGED : ExitCode.DONE;
  }

  private static Map<String, Object> withPeak(Map<String, Object> result) {
    PeakMemory.megabytes().ifPresent(peak -> result.put("peak_memory_mb", peak));
    return result;
  }
}
