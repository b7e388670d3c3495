package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.Task;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether a network takes prepared rows: one flat vector of features and one label a sample. A
 * preprocessor of its own may give the vector any shape inside.
 */
final class RowFit {
  private static final int TRIED = 2;

  private final String key;
  private final NetworkShape shape;

  private RowFit(String key, NetworkShape shape) {
    this.key = key;
    this.shape = shape;
  }

  /**
   * Refuses a network that does not fit.
   *
   * @param key the setting that names it
   * @throws InvalidConfigException with one line that says why
   */
  static void check(String key, TrainableNetwork network, NetworkShape shape) {
    RowFit fit = new RowFit(key, shape);
    if (network.model() instanceof MultiLayerNetwork stack) {
      fit.checkWidths(stack);
    } else {
      fit.checkEnds((ComputationGraph) network.model());
    }
    fit.tryOut(network);
  }

  private void checkEnds(ComputationGraph graph) {
    checkOne("inputs", graph.getNumInputArrays());
    checkOne("outputs", graph.getNumOutputArrays());
    checkOutputWidth(graph.getOutputLayer(0).conf().getLayer());
  }

  private void checkOne(String what, int count) {
    if (count != 1) {
      throw new InvalidConfigException(
          "Invalid " + key + " " + what + ": " + count + " (a prepared row has 1)");
    }
  }

  private void checkWidths(MultiLayerNetwork stack) {
    int last = stack.getnLayers() - 1;
    // Keras's last layer is followed by one that is the loss alone, and has no width.
    while (last > 0 && layer(stack, last) instanceof LossLayer) {
      last--;
    }
    if (stack.getLayerWiseConfigurations().getInputPreProcess(0) == null
        && layer(stack, 0) instanceof FeedForwardLayer first) {
      checkWidth("input", first.getNIn(), shape.features());
    }
    checkOutputWidth(layer(stack, last));
  }

  private void checkOutputWidth(Layer layer) {
    if (layer instanceof FeedForwardLayer output && !(layer instanceof LossLayer)) {
      checkWidth("output", output.getNOut(), shape.outputs());
    }
  }

  private static Layer layer(MultiLayerNetwork stack, int index) {
    return stack.getLayer(index).conf().getLayer();
  }

  private void checkWidth(String end, long actual, long wanted) {
    if (actual != wanted) {
      throw new InvalidConfigException(
          "Invalid " + key + " " + end + " width: " + actual + " (the data need " + wanted + ")");
    }
  }

  /** Only the network knows what its preprocessors and vertices make of a row. */
  private void tryOut(TrainableNetwork network) {
    INDArray features = Nd4j.zeros(TRIED, shape.features());
    INDArray outputs;
    try {
      outputs = network.predict(Examples.of(features, labels(network))).outputs().get(0);
    } catch (RuntimeException e) {
      throw Blueprint.invalid(key + " for rows of " + shape.features() + " features", e);
    }
    if (!Arrays.equals(outputs.shape(), new long[] {TRIED, shape.outputs()})) {
      long[] ofRow = Arrays.copyOfRange(outputs.shape(), 1, outputs.rank());
      throw new InvalidConfigException(
          "Invalid "
              + key
              + " output of a row: "
              + Arrays.toString(ofRow)
              + " (the data need ["
              + shape.outputs()
              + "])");
    }
  }

  private INDArray labels(TrainableNetwork network) {
    boolean classNumbers = network.takesClassNumbers();
    if (classNumbers && shape.task() != Task.MULTICLASS) {
      throw new InvalidConfigException(
          "Invalid " + key + ": a loss on class numbers (data.task must be multiclass)");
    }
    return Nd4j.zeros(TRIED, classNumbers ? 1 : shape.outputs());
  }
}
