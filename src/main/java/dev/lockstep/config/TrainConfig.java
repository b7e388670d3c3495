package dev.lockstep.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The training run.
 *
 * @param epochs complete passes over the training set
 * @param batchSize samples that make one weight update, over the whole cluster
 * @param seed of weights, sample order and dropout; any value, 0 too
 * @param shards S: fixed parts of the training set; decides the order of sums, so the result's bits
 * @param workers W: barrier tasks; absent: as many as there are free slots, at most {@code shards}
 * @param maxAttempts how often a round is tried when workers fail
 * @param timeout how long a worker may be silent before it counts as lost
 * @param start where the weights come from
 */
public record TrainConfig(
    int epochs,
    int batchSize,
    long seed,
    UpdaterConfig updater,
    Optional<ClippingConfig> clipping,
    int shards,
    OptionalInt workers,
    CheckpointEvery checkpointEvery,
    int keepCheckpoints,
    Optional<EarlyStopping> earlyStopping,
    Trainer trainer,
    int maxAttempts,
    Duration timeout,
    Start start) {

  /** Where the first weights come from. */
  public enum Start {
    /** The network's own first distribution, or its file. */
    FRESH,
    /** The model's champion, with its fitted features; fresh as long as there is none. */
    CHAMPION
  }

  /** How often a checkpoint is written: every so many epochs or iterations. */
  public record CheckpointEvery(int count, Unit unit) {}

  /** What a schedule or an interval counts in. */
  public enum Unit {
    EPOCH,
    ITERATION
  }

  /**
   * Training stops when the validation loss has not fallen by more than {@code minDelta} below its
   * best for {@code patience} epochs in a row.
   */
  public record EarlyStopping(int patience, double minDelta) {}

  /** Which trainer runs the epochs. */
  public sealed interface Trainer {
    Trainer EXACT = new Exact();

    /** Lockstep's own: one update per global batch, the same bits on any number of workers. */
    record Exact() implements Trainer {}

    /**
     * DL4J's ParameterAveragingTrainingMaster, kept to compare.
     *
     * @param every mini-batches of each worker between two averagings
     */
    record ParameterAveraging(int every) implements Trainer {}
  }
}
