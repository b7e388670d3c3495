package dev.lockstep.job;

import dev.lockstep.pipeline.TrainStep;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/train}: the epochs, checkpoints, metrics, and a candidate version. */
@Command(
    name = "train",
    description = {
      "Trains the run's network on its prepared data, preparing them first where they are not, and"
          + " adds a candidate version. A run that was killed goes on from its last checkpoint.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/train --conf conf/flights.conf --workers 2",
      "  jobs/train --conf conf/flights.conf --set train.epochs=20 --set train.batch-size=1024",
      "  jobs/train --conf conf/flights.conf --store hdfs://namenode/lockstep -- --master yarn"
    })
public final class TrainJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;
  @Mixin private WorkerOptions workers;

  public static void main(String[] args) {
    JobRunner.main(new TrainJob(), args);
  }

  @Override
  public JobOutput call() {
    try (ProgressLine progress = new ProgressLine(System.err, Terminal.isStderr())) {
      return RunJob.train(
          "train",
          config.load(workers.workers()),
          run,
          context -> TrainStep.run(context, progress).values());
    }
  }
}
