package dev.lockstep.training.replica;

import dev.lockstep.network.OutputLayerView;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J's own {@code computeGradientAndScore}, for every network that it can train. */
final class Dl4jGradient implements BatchGradient {
  private final MultiLayerNetwork network;
  private final OutputLayerView outputs;
  private MicroBatch batch;
  private StepClock clock;
  private int correct;

  Dl4jGradient(MultiLayerNetwork network) {
    this.network = network;
    this.outputs = new OutputLayerView(network);
    network.addListeners(new AfterForward());
  }

  @Override
  public Score compute(MicroBatch batch, long seed, StepClock clock) {
    Nd4j.getRandom().setSeed(seed == 0 ? 1 : seed); // DL4J reads 0 as any
    this.batch = batch;
    this.clock = clock;
    network.setInput(batch.features());
    network.setLabels(batch.labels());
    network.computeGradientAndScore();
    double mean = network.score() - network.calcRegularizationScore(true);
    clock.lap(StepClock.Step.BACKWARD);
    return new Score(mean * batch.samples(), correct);
  }

  /** Called between forward pass and backpropagation, with the input of the output layer. */
  private final class AfterForward extends BaseTrainingListener {
    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      correct = batch.correct(outputs.outputs(activations.get(activations.size() - 1)));
      clock.lap(StepClock.Step.FORWARD);
    }
  }
}
