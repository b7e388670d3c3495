package dev.lockstep.training.averaging;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Checkpoints;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.DivergedException;
import dev.lockstep.training.EarlyStopping;
import dev.lockstep.training.EpochSummary;
import dev.lockstep.training.Finiteness;
import dev.lockstep.training.TrainingListener;
import dev.lockstep.training.TrainingTables;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.RoundResult;

/**
 * A run by DL4J's ParameterAveragingTrainingMaster: epoch after epoch, each with its rows and a
 * checkpoint, until all are done or early stopping says so.
 */
public final class AveragingTrainer {
  private final TrainConfig config;
  private final SampleOrder order;
  private final Checkpoint start;
  private final BatchFormat format;
  private final AveragingEpoch epoch;

  /**
   * @param start where the run goes on
   * @param epoch on its data
   * @param shape of the prepared rows
   */
  public AveragingTrainer(
      TrainConfig config,
      SampleOrder order,
      Checkpoint start,
      AveragingEpoch epoch,
      NetworkShape shape) {
    this.config = config;
    this.order = order;
    this.start = start;
    this.format = BatchFormat.rows(shape).suited(start.blueprint().build());
    this.epoch = epoch;
  }

  /**
   * Trains to the end.
   *
   * @return where the run ended
   * @throws DivergedException where a loss is not finite
   */
  public Checkpoint train(
      TrainingTables tables, Checkpoints checkpoints, TrainingListener listener) {
    Checkpoint at = start;
    tables.discardAfter(at.state().iteration(), at.state().epoch());
    listener.started(plan());
    while (at.progress().stopReason() == null) {
      AveragingEpoch.Result result = epoch.train(at.state(), batches(at.state().epoch()));
      NetworkState state = result.state();
      double loss = result.totals().lossSum();
      if (!Double.isFinite(loss)) {
        throw new DivergedException(
            state.epoch(), state.iteration(), "the loss summed over the epoch is " + loss);
      }
      RoundResult.Score score = epoch.validation(format).score(state);
      Finiteness.check(state, score.loss());
      Progress progress = new EarlyStopping(config).afterEpoch(at.progress(), state, score.loss());
      EpochSummary summary =
          new EpochSummary(
              state.epoch(),
              state.iteration(),
              result.totals(),
              score,
              progress.isBestAt(state.iteration()));
      tables.writePlain(summary, epoch.workers());
      listener.epochFinished(summary);
      at = new Checkpoint(start.blueprint(), state, progress);
      checkpoints.write(at);
    }
    listener.finished(at.progress().stopReason());
    return at;
  }

  /** Mini-batches of W workers make about the batch of the exact trainer. */
  private MiniBatches batches(int epochs) {
    int size = Math.max(1, config.batchSize() / epoch.workers());
    return new MiniBatches(format, order, epochs, size);
  }

  private TrainingListener.Start plan() {
    int iterations = epoch.iterations(batches(0));
    return new TrainingListener.Start(
        config.epochs(),
        iterations,
        config.batchSize(),
        order.samples(),
        order.shards(),
        epoch.workers(),
        start.state().iteration(),
        Math.multiplyExact(config.epochs(), iterations));
  }
}
