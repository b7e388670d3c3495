package dev.lockstep.training.replica;

import dev.lockstep.training.replica.compiled.CompiledNetwork;
import dev.lockstep.training.replica.compiled.Pass;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The compiled path for plain feed-forward networks: DL4J's gradient to float rounding, dropout's
 * masks apart, which are its own.
 */
final class CompiledGradient implements BatchGradient {
  private final CompiledNetwork network;

  CompiledGradient(MultiLayerNetwork network) {
    this.network = new CompiledNetwork(network);
  }

  /**
   * Whether the network can take this path: its configuration alone decides, so all replicas take
   * the same.
   */
  static boolean supports(MultiLayerNetwork network) {
    return CompiledNetwork.supports(network);
  }

  @Override
  public Score compute(MicroBatch batch, long seed, StepClock clock) {
    Pass pass = network.pass(batch.samples());
    float[] outputs = pass.forward(batch.featureMemory(), seed);
    int correct = batch.correct(outputs);
    clock.lap(StepClock.Step.FORWARD);
    double loss = pass.backward(batch.targets());
    clock.lap(StepClock.Step.BACKWARD);
    return new Score(loss, correct);
  }
}
