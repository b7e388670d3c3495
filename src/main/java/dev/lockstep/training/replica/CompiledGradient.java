package dev.lockstep.training.replica;

import dev.lockstep.network.TrainableNetwork;
import dev.lockstep.training.replica.compiled.CompiledNetwork;
import dev.lockstep.training.replica.compiled.Pass;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The compiled path for plain feed-forward networks: DL4J's gradient to float rounding, dropout's
 * masks apart, which are its own.
 */
final class CompiledGradient implements BatchGradient {
  private final CompiledNetwork network;

  CompiledGradient(TrainableNetwork network) {
    this.network = new CompiledNetwork((MultiLayerNetwork) network.model());
  }

  /**
   * Whether the network can take this path: its configuration alone decides, so all replicas take
   * the same.
   */
  static boolean supports(TrainableNetwork network) {
    return network.model() instanceof MultiLayerNetwork stack && CompiledNetwork.supports(stack);
  }

  @Override
  public Score compute(TrainingBatch examples, long seed, StepClock clock) {
    MicroBatch batch = (MicroBatch) examples;
    Pass pass = network.pass(batch.samples());
    float[] outputs = pass.forward(batch.featureMemory(), seed);
    int correct = batch.correct(outputs);
    clock.lap(StepClock.Step.FORWARD);
    double loss = pass.backward(batch.targets());
    clock.lap(StepClock.Step.BACKWARD);
    return new Score(loss, correct);
  }
}
