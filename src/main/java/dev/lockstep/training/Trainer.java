package dev.lockstep.training;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.allreduce.WorkerFailedException;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import java.util.OptionalDouble;
import org.apache.spark.SparkException;

/**
 * A training run from the driver's seat: round after round, until all epochs are done or early
 * stopping says so.
 */
public final class Trainer {
  private final TrainConfig config;
  private final SampleOrder order;
  private final Blueprint blueprint;
  private final Rounds rounds;
  private final TrainingTables tables;
  private final Checkpoints checkpoints;
  private final TrainingListener listener;

  private NetworkState state;
  private Progress progress;
  private EpochSummary lastEpoch;

  public Trainer(
      TrainConfig config,
      SampleOrder order,
      Rounds rounds,
      Checkpoint start,
      TrainingTables tables,
      Checkpoints checkpoints,
      TrainingListener listener) {
    this.config = config;
    this.order = order;
    this.blueprint = start.blueprint();
    this.rounds = rounds;
    this.tables = tables;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.state = start.state();
    this.progress = start.progress();
  }

  /**
   * Trains to the end. Rows are written before the checkpoint that stands for them, so what a
   * checkpoint says was done is in the tables.
   *
   * @return where the run ended
   * @throws DivergedException where loss or gradient is not finite
   */
  public Checkpoint train() {
    tables.discardAfter(state.iteration(), state.epoch());
    listener.started(start());
    while (progress.stopReason() == null) {
      Round round = nextRound();
      RoundResult result = run(round);
      checkFinite(result);
      tables.write(result);
      state = result.state();
      advance(round, result);
      if (checkpointIsDue(round)) {
        checkpoints.write(new Checkpoint(blueprint, state, progress));
      }
    }
    listener.finished(progress.stopReason());
    return new Checkpoint(blueprint, state, progress);
  }

  /** From here to the end of the epoch, or to the next checkpoint within it. */
  private Round nextRound() {
    int batch = progress.batch();
    int end = order.iterationsPerEpoch();
    TrainConfig.CheckpointEvery every = config.checkpointEvery();
    if (every.unit() == TrainConfig.Unit.ITERATION) {
      end = Math.min(end, batch + every.count() - state.iteration() % every.count());
    }
    return new Round(state.epoch(), batch, end - batch, order);
  }

  private RoundResult run(Round round) {
    for (int attempt = 1; ; attempt++) {
      try {
        return rounds.run(round, state, listener::progressed);
      } catch (WorkerFailedException e) {
        if (attempt >= config.maxAttempts()) {
          throw e;
        }
        listener.retrying(attempt, e);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Exception e) {
        // Spark's exceptions are checked, though its Java interface does not say so.
        if (!(e instanceof SparkException) || attempt >= config.maxAttempts()) {
          throw new IllegalStateException("Failed to train: " + e.getMessage(), e);
        }
        listener.retrying(attempt, e);
      }
    }
  }

  private static void checkFinite(RoundResult result) {
    for (RoundResult.Iteration iteration : result.iterations()) {
      if (!Double.isFinite(iteration.loss())) {
        throw diverged(iteration, "the loss is " + iteration.loss());
      }
      if (!Double.isFinite(iteration.gradientNorm())) {
        throw diverged(iteration, "the gradient's norm is " + iteration.gradientNorm());
      }
      if (!Double.isFinite(iteration.updateNorm())) {
        throw diverged(iteration, "the update's norm is " + iteration.updateNorm());
      }
    }
  }

  private static DivergedException diverged(RoundResult.Iteration iteration, String what) {
    return new DivergedException(iteration.epoch(), iteration.iteration(), what);
  }

  private void advance(Round round, RoundResult result) {
    EpochTotals totals = progress.totals().plus(Totals.of(result));
    if (!round.endsEpoch()) {
      int batch = round.firstBatch() + round.batches();
      progress = new Progress(batch, totals, progress.best(), progress.staleEpochs(), null);
      return;
    }
    OptionalDouble loss = result.validation().loss();
    if (loss.isPresent() && !Double.isFinite(loss.getAsDouble())) {
      throw new DivergedException(
          state.epoch(), state.iteration(), "the validation loss is " + loss.getAsDouble());
    }
    progress = new EarlyStopping(config).afterEpoch(progress, state, loss);
    boolean best = progress.best() != null && progress.best().epoch() == state.epoch();
    lastEpoch =
        new EpochSummary(state.epoch(), state.iteration(), totals, result.validation(), best);
    tables.write(lastEpoch, result.workers());
    listener.epochFinished(lastEpoch);
  }

  private boolean checkpointIsDue(Round round) {
    TrainConfig.CheckpointEvery every = config.checkpointEvery();
    boolean interval =
        every.unit() == TrainConfig.Unit.EPOCH
            ? round.endsEpoch() && state.epoch() % every.count() == 0
            : state.iteration() % every.count() == 0;
    boolean best =
        round.endsEpoch()
            && progress.best() != null
            && progress.best().iteration() == state.iteration();
    return interval || best || progress.stopReason() != null;
  }

  private TrainingListener.Start start() {
    return new TrainingListener.Start(
        config.epochs(),
        order.iterationsPerEpoch(),
        order.batchSize(),
        order.samples(),
        order.shards(),
        rounds.workers(),
        state.iteration(),
        Math.multiplyExact(config.epochs(), order.iterationsPerEpoch()));
  }
}
