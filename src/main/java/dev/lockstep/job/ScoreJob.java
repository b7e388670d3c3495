package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.pipeline.NightScore;
import dev.lockstep.pipeline.ScoreStep;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/score}: a day's rows through the champion. */
@Command(
    name = "score",
    description = {
      "Predicts rows of 'score.source' by the champion, features and network together, into"
          + " <store>/predictions/<model>/date=<date>. With --date: the rows of 'score.days-ahead'"
          + " days after it. What was there is replaced at once; the same rows and version change"
          + " nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/score --conf conf/flights.conf --date 2013-06-30",
      "  jobs/score --conf conf/flights.conf --date 2013-06-30 --nightly",
      "  jobs/score --conf conf/flights.conf --input hdfs://namenode/upcoming --model-version"
          + " flights-2013-06-29-964dbc3e"
    })
public final class ScoreJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  @Option(
      names = "--model-version",
      paramLabel = "VERSION",
      description = "The version that predicts. Default: the champion.")
  private String version;

  @Option(
      names = "--input",
      paramLabel = "URI",
      description = "Overrides 'score.source': a Parquet folder, a Hadoop URI or a catalog table.")
  private String input;

  @Option(
      names = "--nightly",
      description =
          "As a night does: without a champion, or without a row, a notice and exit code 0; what"
              + " the run has left since it was decided on stays, whoever is champion by then.")
  private boolean nightly;

  public static void main(String[] args) {
    JobRunner.main(new ScoreJob(), args);
  }

  @Override
  public JobOutput call() {
    if (nightly && (version != null || input != null)) {
      throw new InvalidConfigException(
          "Invalid --nightly: beside %s (a night scores its own rows by the champion)"
              .formatted(version != null ? "--model-version" : "--input"));
    }
    ScoreStep.Request request =
        new ScoreStep.Request(Optional.ofNullable(version), Optional.ofNullable(input));
    return RunJob.run(
        "score",
        config.load(),
        run,
        context -> nightly ? NightScore.run(context) : ScoreStep.run(context, request));
  }
}
