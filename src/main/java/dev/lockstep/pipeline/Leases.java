package dev.lockstep.pipeline;

import dev.lockstep.config.LeaseConfig;
import dev.lockstep.prediction.PredictionFile;
import dev.lockstep.storage.lease.Lease;
import dev.lockstep.storage.lease.LeaseHolder;
import dev.lockstep.storage.lease.LeaseName;
import dev.lockstep.storage.lease.LeaseTerms;
import java.util.function.Function;

/**
 * Steps that one driver at a time may take. Inside such a step every commit to store and tables
 * checks that no other driver has taken over. A step must not take the lease that it is in.
 */
public final class Leases {
  private Leases() {}

  /**
   * A step on the context's run.
   *
   * @throws dev.lockstep.storage.StoreException if another driver holds the run for longer than
   *     {@code lease.wait}, or takes it over
   */
  public static <T> T ofRun(RunContext context, Function<RunContext, T> step) {
    return holding(LeaseName.ofRun(context.store(), context.runId().text()), context, step);
  }

  /** A step that decides about the versions of the context's model; throws the same. */
  public static <T> T ofModel(RunContext context, Function<RunContext, T> step) {
    return holding(LeaseName.ofModel(context.store(), context.config().model()), context, step);
  }

  /** A step that writes the model's predictions for the context's date; throws the same. */
  public static <T> T ofPredictions(RunContext context, Function<RunContext, T> step) {
    String model = context.config().model();
    String folder = PredictionFile.of(context.store(), model, context.date()).folder().getName();
    return holding(LeaseName.ofPredictions(context.store(), model, folder), context, step);
  }

  private static <T> T holding(LeaseName name, RunContext context, Function<RunContext, T> step) {
    LeaseConfig config = context.config().lease();
    String application = context.spark().sparkContext().applicationId();
    try (Lease lease =
        Lease.acquire(
            name,
            LeaseHolder.ofThisProcess(application, context.clock()),
            LeaseTerms.of(config.timeout(), config.waitTime()),
            context.notices())) {
      return holding(lease, context, step);
    }
  }

  private static <T> T holding(Lease lease, RunContext context, Function<RunContext, T> step) {
    try {
      return step.apply(context.fenced(lease));
    } catch (RuntimeException e) {
      throw lease.explain(e);
    }
  }
}
