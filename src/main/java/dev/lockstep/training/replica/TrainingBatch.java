package dev.lockstep.training.replica;

import dev.lockstep.network.Examples;
import dev.lockstep.training.shard.SampleBlock;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One shard's share of a batch, assembled by index into arrays that are used again. */
public interface TrainingBatch {

  int samples();

  /** Takes the samples of {@code block} at {@code indices[from]} and the next ones. */
  TrainingBatch fill(SampleBlock block, int[] indices, int from);

  /** The samples as DL4J takes them; valid until the next {@link #fill}. */
  Examples examples();

  /**
   * How many samples the network names the right class of; 0 where that means nothing.
   *
   * @param outputs [samples, …], one array for each of the network's outputs; asked for only where
   *     there is something to count
   */
  int correct(Supplier<List<INDArray>> outputs);
}
