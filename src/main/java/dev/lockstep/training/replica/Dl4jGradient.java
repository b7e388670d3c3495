package dev.lockstep.training.replica;

import dev.lockstep.network.TrainableNetwork;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J's own {@code computeGradientAndScore}, for every network that it can train. */
final class Dl4jGradient implements BatchGradient {
  private final TrainableNetwork network;
  private TrainingBatch batch;
  private StepClock clock;
  private int correct;

  Dl4jGradient(TrainableNetwork network) {
    this.network = network;
    network.keepPatches();
    network.model().addListeners(network.afterForward(this::afterForward));
  }

  @Override
  public Score compute(TrainingBatch batch, long seed, StepClock clock) {
    Nd4j.getRandom().setSeed(seed == 0 ? 1 : seed); // DL4J reads 0 as any
    this.batch = batch;
    this.clock = clock;
    double loss = network.backpropagate(batch.examples());
    clock.lap(StepClock.Step.BACKWARD);
    return new Score(loss, correct);
  }

  private void afterForward(Supplier<List<INDArray>> outputs) {
    correct = batch.correct(outputs);
    clock.lap(StepClock.Step.FORWARD);
  }
}
