package dev.lockstep.job;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.pipeline.NetworkSource;
import dev.lockstep.pipeline.RunContext;
import dev.lockstep.pipeline.RunId;
import dev.lockstep.training.BarrierSettings;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the jobs on a run share: settings and run id first, then Spark, then the run's step. */
final class RunJob {
  private RunJob() {}

  /** A job that trains: refused before Spark starts where it is set up for other work. */
  static JobOutput train(
      String job,
      LockstepConfig config,
      RunOptions options,
      Function<RunContext, Map<String, Object>> step) {
    BarrierSettings.check(SparkSessions.given());
    return run(job, config, options, step);
  }

  static JobOutput run(
      String job,
      LockstepConfig settings,
      RunOptions options,
      Function<RunContext, Map<String, Object>> step) {
    return open(
        job,
        settings,
        options,
        (session, context) -> {
          if (!session.ownsSpark()) {
            return JobOutput.json(step.apply(context)); // the process is not the job's
          }
          JobTimes times = JobTimes.start();
          return JobOutput.json(times.addedTo(step.apply(context)));
        });
  }

  /** A job that prints something else than its result. */
  static JobOutput print(
      String job,
      LockstepConfig settings,
      RunOptions options,
      Function<RunContext, JobOutput> step) {
    return open(job, settings, options, (session, context) -> step.apply(context));
  }

  private static JobOutput open(
      String job,
      LockstepConfig settings,
      RunOptions options,
      BiFunction<JobSession, RunContext, JobOutput> step) {
    LockstepConfig config = NetworkSource.pin(settings, SparkSessions.hadoop());
    RunId runId = options.runId(config);
    try (JobSession session = SparkSessions.open(config, job)) {
      RunContext context =
          RunContext.open(
              session.spark(),
              config,
              runId,
              options.date(),
              Version.current(),
              line -> System.err.println(Secrets.masked(line)));
      return step.apply(session, context);
    }
  }
}
