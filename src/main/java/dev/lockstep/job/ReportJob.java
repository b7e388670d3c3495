package dev.lockstep.job;

import dev.lockstep.pipeline.Pages;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/report}: a page of a run or of a line of models. */
@Command(
    name = "report",
    description = {
      "Writes a page of a run (losses, rates, times, evaluation, checks, decision) or, with --model,"
          + " of all the model's nights: one HTML file that needs nothing else. Prints where it is.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/report --conf conf/flights.conf",
      "  jobs/report --conf conf/flights.conf --run-id flights-2013-03-01-964dbc3e --out run.html",
      "  jobs/report --conf conf/flights.conf --model"
    })
public final class ReportJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  @Option(names = "--model", description = "The page of the model instead of the run's.")
  private boolean model;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to: a path or a Hadoop URI. Default: below <store>/reports.")
  private String out;

  public static void main(String[] args) {
    JobRunner.main(new ReportJob(), args);
  }

  @Override
  public JobOutput call() {
    Optional<String> file = Optional.ofNullable(out);
    return RunJob.print(
        "report",
        config.load(),
        run,
        context -> JobOutput.text(model ? Pages.model(context, file) : Pages.run(context, file)));
  }
}
