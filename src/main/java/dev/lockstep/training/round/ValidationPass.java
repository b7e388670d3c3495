package dev.lockstep.training.round;

import dev.lockstep.training.replica.BatchGradient.Score;
import dev.lockstep.training.replica.Replica;
import dev.lockstep.training.replica.TrainingBatch;
import dev.lockstep.training.shard.SampleBlock;
import dev.lockstep.training.shard.ShardPair;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Loss and right answers over the validation split, shard by shard in chunks of a fixed size, so
 * that the numbers' bits do not depend on the workers.
 */
final class ValidationPass {
  private static final int CHUNK = 1024;

  private ValidationPass() {}

  /**
   * @param alive hears of each chunk that is done
   */
  static WorkerReport.ShardScore[] over(List<ShardPair> data, Replica replica, Runnable alive) {
    return data.stream()
        .map(pair -> score(pair.validation(), replica, alive))
        .toArray(WorkerReport.ShardScore[]::new);
  }

  private static WorkerReport.ShardScore score(SampleBlock block, Replica replica, Runnable alive) {
    TrainingBatch whole = null;
    double loss = 0;
    long correct = 0;
    for (int from = 0; from < block.samples(); from += CHUNK) {
      int size = Math.min(CHUNK, block.samples() - from);
      TrainingBatch batch =
          whole != null && whole.samples() == size ? whole : replica.format().batch(size);
      whole = batch;
      Score score =
          replica.evaluate(batch.fill(block, IntStream.range(from, from + size).toArray(), 0));
      loss += score.loss();
      correct += score.correct();
      alive.run();
    }
    return new WorkerReport.ShardScore(loss, correct, block.samples());
  }
}
