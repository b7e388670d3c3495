package dev.lockstep.pipeline;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Task;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.Split;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.training.Cluster;
import dev.lockstep.training.LaidOutShards;
import dev.lockstep.training.RunIdentity;
import dev.lockstep.training.TaskSlots;
import dev.lockstep.training.Trainer;
import dev.lockstep.training.TrainingListener;
import dev.lockstep.training.TrainingTables;
import dev.lockstep.training.averaging.AveragingEpoch;
import dev.lockstep.training.averaging.AveragingTrainer;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** From prepared data to a candidate version; goes on where a killed attempt was. */
public final class TrainStep {
  private final RunContext context;
  private final PreparedData prepared;
  private final TrainingListener listener;
  private final NetworkShape shape;

  private TrainStep(RunContext context, PreparedData prepared, TrainingListener listener) {
    this.context = context;
    this.prepared = prepared;
    this.listener = listener;
    this.shape = shape(context.config().data().task(), prepared);
  }

  /** Prepares the run's data where they are not, and trains. */
  public static TrainResult run(RunContext context, TrainingListener listener) {
    checkWorkers(context);
    return run(context, PrepareStep.run(context), listener);
  }

  /** Refuses more workers than there are slots before any other work, unless the run is trained. */
  static void checkWorkers(RunContext context) {
    Versions versions = new Versions(context.store(), context.tables());
    if (versions.find(context.config().model(), context.runId().text()).isEmpty()) {
      Workers.of(context.config().train(), context.spark().sparkContext());
    }
  }

  /**
   * Trains the run, unless it is done.
   *
   * @param listener watches
   */
  public static TrainResult run(
      RunContext context, PreparedData prepared, TrainingListener listener) {
    checkShards(context.config().train(), prepared);
    return Leases.ofRun(context, leased -> trainOnce(leased, prepared, listener));
  }

  private static TrainResult trainOnce(
      RunContext context, PreparedData prepared, TrainingListener listener) {
    Versions versions = new Versions(context.store(), context.tables());
    Optional<Version> done = versions.find(context.config().model(), context.runId().text());
    if (done.isPresent()) {
      versions.verify(done.get());
      context.notices().accept("Run " + context.runId() + " is trained already");
      versions.register(done.get());
      Attempts.settle(context, done.get());
      return TrainResult.of(context, done.get());
    }
    return new TrainStep(context, prepared, listener).train(versions);
  }

  private TrainResult train(Versions versions) {
    int workers = Workers.of(context.config().train(), context.spark().sparkContext());
    NetworkFit fit = new NetworkFit(context, prepared, shape, workers);
    fit.checkPlanned();
    Checkpoint first =
        new WarmStart(context).startingPoint(prepared, StartingPoint.of(context, shape));
    fit.check(first.state());
    fit.batchNormNotice(first.blueprint()).ifPresent(context.notices());
    fit.overheadShortage(first.state()).ifPresent(context.notices());
    Checkpoints checkpoints = checkpoints(first);
    Checkpoint start =
        checkpoints
            .latest(context.notices())
            .map(found -> new Checkpoint(first.blueprint(), found.state(), found.progress()))
            .orElse(first);
    Attempts attempt =
        Attempts.begin(context, prepared, first.state().parameters().length, workers);
    try (LaidOutShards shards = shards(workers)) {
      Checkpoint last = train(start, shards, checkpoints);
      Checkpoint kept = kept(last, checkpoints);
      Map<String, Object> facts = TrainingFacts.of(context, last, kept, shards.workers());
      facts.put("started_from", prepared.startedFrom());
      if (prepared.startedAfresh() != null) {
        facts.put("started_afresh", prepared.startedAfresh());
      }
      Version version =
          versions.add(
              new Versions.Trained(kept.blueprint(), kept.state()),
              prepared.features(),
              TrainingFacts.provenance(context, prepared, kept, facts));
      attempt.end(
          new Attempts.End(
              Attempts.DONE,
              last.state().epoch(),
              last.state().iteration(),
              last.progress().stopReason(),
              kept.state().parametersSha256(),
              null));
      return TrainResult.of(context, version)
          .ofAttempt(attempt.number(), start.state().iteration(), shards.workers());
    } catch (Throwable e) {
      record(attempt, e);
      throw e;
    }
  }

  /** The failure itself is what the user must see, also where its row cannot be written. */
  private static void record(Attempts attempt, Throwable failure) {
    try {
      attempt.fail(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private Checkpoint train(Checkpoint start, LaidOutShards shards, Checkpoints checkpoints) {
    LockstepConfig config = context.config();
    RunIdentity identity =
        new RunIdentity(
            context.runId().text(), config.model(), context.logicalDate(), config.data().task());
    TrainingTables tables = new TrainingTables(context.tables(), identity, context.clock());
    TrainConfig train = config.train();
    SampleOrder order =
        new SampleOrder(prepared.trainRows(), train.batchSize(), train.shards(), train.seed());
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    if (train.trainer() instanceof TrainConfig.Trainer.ParameterAveraging averaging) {
      AveragingEpoch epochs =
          new AveragingEpoch(spark, start.blueprint(), shards.data(), averaging.every());
      return new AveragingTrainer(train, order, start, epochs, shape)
          .train(tables, checkpoints, listener);
    }
    BatchFormat format = BatchFormat.rows(shape);
    Cluster cluster =
        shards.cluster(data -> new Rounds(spark, start.blueprint(), format, data, train.timeout()));
    return new Trainer(train, order, cluster, start, tables, checkpoints, listener).train();
  }

  /** With early stopping the best epoch's network, else the last one's. */
  private Checkpoint kept(Checkpoint last, Checkpoints checkpoints) {
    Progress.Best best = last.progress().best();
    boolean earlyStopping = context.config().train().earlyStopping().isPresent();
    return earlyStopping && best != null && best.iteration() != last.state().iteration()
        ? checkpoints.at(best.iteration())
        : last;
  }

  /**
   * The run's checkpoints: of these settings, these data and this untrained network, which may come
   * from a file.
   */
  private Checkpoints checkpoints(Checkpoint first) {
    return new Checkpoints(
        context.store(),
        context.runId().text(),
        Map.of(
            "config", context.config().identity(),
            "data", prepared.fingerprint(),
            "network", first.blueprint().sha256() + first.state().parametersSha256()),
        context.config().train().keepCheckpoints());
  }

  private LaidOutShards shards(int workers) {
    int shards = context.config().train().shards();
    return new LaidOutShards(
        workers,
        wanted -> TaskSlots.afterLoss(wanted, context.spark().sparkContext()),
        count ->
            ShardedSet.of(
                rows(Split.TRAIN),
                rows(Split.VALIDATION),
                new ShardedSet.Layout(prepared.featureWidth(), shards, count)));
  }

  private ShardedSet.Rows rows(Split split) {
    return new ShardedSet.Rows(
        context.spark().read().parquet(prepared.path(split).toString()), prepared.rows(split));
  }

  static NetworkShape shape(Task task, PreparedData prepared) {
    int classes = task == Task.REGRESSION ? 1 : prepared.classes().size();
    return new NetworkShape(task, prepared.featureWidth(), classes);
  }

  private static void checkShards(TrainConfig train, PreparedData prepared) {
    if (train.shards() > prepared.trainRows()) {
      throw new InvalidConfigException(
          "Invalid train.shards: "
              + train.shards()
              + " (must be at most the "
              + prepared.trainRows()
              + " samples of the training split)");
    }
  }
}
