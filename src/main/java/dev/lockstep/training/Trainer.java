package dev.lockstep.training;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A training run from the driver's seat: round after round, until all epochs are done or early
 * stopping says so.
 */
public final class Trainer {
  private final TrainConfig config;
  private final SampleOrder order;
  private final Blueprint blueprint;
  private final Cluster cluster;
  private final TrainingTables tables;
  private final Checkpoints checkpoints;
  private final TrainingListener listener;

  private NetworkState state;
  private Progress progress;

  public Trainer(
      TrainConfig config,
      SampleOrder order,
      Cluster cluster,
      Checkpoint start,
      TrainingTables tables,
      Checkpoints checkpoints,
      TrainingListener listener) {
    this.config = config;
    this.order = order;
    this.blueprint = start.blueprint();
    this.cluster = cluster;
    this.tables = tables;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.state = start.state();
    this.progress = start.progress();
  }

  /**
   * Trains to the end. What a round did is written while the next one runs, and all of it before
   * this returns or throws.
   *
   * @return where the run ended
   * @throws DivergedException where loss or gradient is not finite
   */
  public Checkpoint train() {
    tables.discardAfter(state.iteration(), state.epoch());
    listener.started(start());
    RoundAttempts attempts = new RoundAttempts(cluster, config.maxAttempts(), listener);
    try (RoundLog log = new RoundLog(tables, checkpoints)) {
      while (progress.stopReason() == null) {
        Round round = nextRound();
        RoundResult result = attempts.run(round, state);
        checkFinite(result, log);
        log.append(advance(round, result));
      }
      log.flush();
    }
    listener.finished(progress.stopReason());
    return new Checkpoint(blueprint, state, progress);
  }

  /** Of a round that diverged, the iterations until then are what one wants to look at. */
  private static void checkFinite(RoundResult result, RoundLog log) {
    try {
      Finiteness.check(result);
    } catch (DivergedException e) {
      try {
        log.append(RoundLog.Entry.ofDiverged(result.until(e.iteration())));
      } catch (RuntimeException unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
  }

  /** From here to the end of the epoch, or to the next checkpoint within it. */
  private Round nextRound() {
    int batch = progress.batch();
    int end = order.iterationsPerEpoch();
    TrainConfig.CheckpointEvery every = config.checkpointEvery();
    if (every.unit() == TrainConfig.Unit.ITERATION) {
      int untilCheckpoint = every.count() - state.iteration() % every.count();
      end = Math.min(end - batch, untilCheckpoint) + batch;
    }
    return new Round(state.epoch(), batch, end - batch, order);
  }

  /** Goes on to the round's end; what is to be kept of it. */
  private RoundLog.Entry advance(Round round, RoundResult result) {
    state = result.state();
    EpochTotals totals = progress.totals().plus(Totals.of(result));
    Optional<EpochSummary> epoch = Optional.empty();
    if (round.endsEpoch()) {
      OptionalDouble loss = result.validation().loss();
      progress = new EarlyStopping(config).afterEpoch(progress, state, loss);
      EpochSummary summary =
          new EpochSummary(state.epoch(), state.iteration(), totals, result.validation(), isBest());
      listener.epochFinished(summary);
      epoch = Optional.of(summary);
    } else {
      int batch = round.firstBatch() + round.batches();
      progress = new Progress(batch, totals, progress.best(), progress.staleEpochs(), null);
    }
    return new RoundLog.Entry(
        result,
        epoch,
        checkpointIsDue(round)
            ? Optional.of(new Checkpoint(blueprint, state, progress))
            : Optional.empty());
  }

  private boolean checkpointIsDue(Round round) {
    TrainConfig.CheckpointEvery every = config.checkpointEvery();
    boolean interval =
        every.unit() == TrainConfig.Unit.EPOCH
            ? round.endsEpoch() && state.epoch() % every.count() == 0
            : state.iteration() % every.count() == 0;
    return interval || (round.endsEpoch() && isBest()) || progress.stopReason() != null;
  }

  /** Whether the run's best validation loss so far is the present state's. */
  private boolean isBest() {
    return progress.isBestAt(state.iteration());
  }

  private TrainingListener.Start start() {
    return new TrainingListener.Start(
        config.epochs(),
        order.iterationsPerEpoch(),
        order.batchSize(),
        order.samples(),
        order.shards(),
        cluster.rounds().workers(),
        state.iteration(),
        Math.multiplyExact(config.epochs(), order.iterationsPerEpoch()));
  }
}
