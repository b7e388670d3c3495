package dev.lockstep.network;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * One of DL4J's two kinds of network, with all that training needs of it. Its parameters, gradient
 * and updater state are flat vectors of float32 in DL4J's order: layer after layer, of a graph in
 * its topological order. For the thread that made it.
 */
public abstract sealed class TrainableNetwork permits LayerStack, LayerGraph {

  /** Wraps a network that is initialized. */
  public static TrainableNetwork of(Model model) {
    if (model instanceof MultiLayerNetwork stack) {
      return new LayerStack(stack);
    }
    if (model instanceof ComputationGraph graph) {
      return new LayerGraph(graph);
    }
    throw new IllegalArgumentException("Unsupported network: " + model.getClass().getName());
  }

  /** DL4J's own object: to save it, and to ask what only it knows. */
  public abstract Model model();

  /** DL4J's configuration as JSON. */
  public abstract String configuration();

  /** The flat parameters [1, parameters], live. */
  public INDArray parameters() {
    return model().params();
  }

  /** The flat gradient [1, parameters], live. */
  public abstract INDArray gradient();

  /** DL4J's updater, with its live state. */
  public abstract BaseMultiLayerUpdater<?> updater();

  /** Parameter arrays one after the other, as they lie in the flat vectors. */
  public Stream<UpdaterBlock.ParamState> parts() {
    return updater().getUpdaterBlocks().stream()
        .flatMap(block -> block.getLayersAndVariablesInBlock().stream());
  }

  /** The name under which DL4J's updater looks for the part's layer. */
  public abstract String layerName(UpdaterBlock.ParamState part);

  /** Weight updates done. */
  public abstract int iteration();

  /** Complete passes done. */
  public abstract int epoch();

  /** Sets both counts: schedules follow them. */
  public abstract void count(int iteration, int epoch);

  /** The learning rate of the next update: the first updater's that has one, else NaN. */
  public double learningRate() {
    return updater().getUpdaterBlocks().stream()
        .map(block -> block.getGradientUpdater().getConfig())
        .filter(IUpdater::hasLearningRate)
        .mapToDouble(updater -> updater.getLearningRate(iteration(), epoch()))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The loss that L1 and L2 add to a batch's mean. */
  public abstract double regularization();

  /**
   * Forward pass and backpropagation: the gradient's SUM over the examples is left in {@link
   * #gradient()}.
   *
   * @return the loss, summed over the examples, without regularization
   */
  public final double backpropagate(Examples examples) {
    begin(examples);
    computeGradient();
    double loss = sum(model().score() - regularization(), examples);
    end();
    return loss;
  }

  /** Outputs and loss of the examples as at prediction. */
  public abstract Prediction predict(Examples examples);

  /** What tells the outputs (as at prediction) between forward pass and backpropagation. */
  public abstract TrainingListener afterForward(OutputsListener listener);

  /** The layers that the losses belong to, in the order of the labels. */
  public abstract List<Layer> outputLayers();

  /** Gives the network the examples, masks and all. */
  abstract void begin(Examples examples);

  /** DL4J's own gradient and score of what it was given. */
  abstract void computeGradient();

  /** Leaves the network without what was kept of the examples, weight noise included. */
  abstract void end();

  /** A loss over the examples from DL4J's mean. */
  final double sum(double mean, Examples examples) {
    return model().conf().isMiniBatch() ? mean * examples.count() : mean;
  }

  /**
   * Lets convolutions keep what the forward pass laid out (the images' patches, as columns) for
   * backpropagation, instead of doing it again: the same numbers in two thirds of the time, for the
   * memory of the patches.
   */
  public abstract void keepPatches();

  /** Whether a label is its class's number, [samples, 1], where others take it one-hot. */
  public boolean takesClassNumbers() {
    return outputLayers().get(0).conf().getLayer() instanceof BaseOutputLayer layer
        && layer.getLossFn() instanceof LossSparseMCXENT;
  }

  /** A copy of what an iteration changes. */
  public NetworkState state() {
    INDArray updaterState = updater().getStateViewArray();
    return new NetworkState(
        parameters().toFloatVector(),
        updaterState == null ? new float[0] : updaterState.toFloatVector(),
        iteration(),
        epoch());
  }

  /**
   * What a network makes of examples that it does not train on.
   *
   * @param outputs an array for each of the network's outputs
   * @param loss summed over the examples, without regularization
   */
  public record Prediction(List<INDArray> outputs, double loss) {}

  /** Puts the network in a state that one of its configuration had. */
  public void restore(NetworkState state) {
    parameters().assign(Nd4j.createFromArray(state.parameters()).reshape(1, -1));
    restoreUpdater(state);
  }

  /** The same of a network that has the state's parameters already. */
  public void restoreUpdater(NetworkState state) {
    INDArray updaterState = updater().getStateViewArray();
    if (updaterState != null) {
      try (INDArray copy = Nd4j.createFromArray(state.updaterState())) {
        updaterState.assign(copy.reshape(1, -1));
      }
    }
    count(state.iteration(), state.epoch());
  }

  /**
   * Gives the flat vectors' memory back at once: the garbage collector, which knows of the heap
   * alone, may leave it for long. Nothing of the network can be used any more.
   */
  public void free() {
    Stream.of(parameters(), gradient(), updater().getStateViewArray())
        .filter(vector -> vector != null && vector.closeable())
        .forEach(INDArray::close);
  }

  /** Sees a network's outputs in training. */
  @FunctionalInterface
  public interface OutputsListener {
    /**
     * @param outputs an array for each of the network's outputs; computed when asked for
     */
    void outputs(Supplier<List<INDArray>> outputs);
  }
}
