package dev.lockstep.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The forward pass of a stack of dense, batch-norm, dropout, activation and output layers in which
 * a row's outputs have bits that depend on that row alone: products are {@link RowProduct}'s, all
 * else is DL4J's own, element by element.
 */
final class RowwiseLayers {
  private static final Set<Class<?>> DENSE = Set.of(DenseLayer.class, OutputLayer.class);
  private static final Set<Class<?>> ELEMENTWISE =
      Set.of(BatchNormalization.class, DropoutLayer.class, ActivationLayer.class);

  private RowwiseLayers() {}

  /**
   * The pass from [rows, features] to [rows, outputs]; empty where the network is no such stack.
   */
  static Optional<UnaryOperator<INDArray>> of(MultiLayerNetwork network) {
    boolean fits =
        network.params().dataType() == DataType.FLOAT
            && network.getLayerWiseConfigurations().getInputPreProcessors().isEmpty();
    List<UnaryOperator<INDArray>> steps = new ArrayList<>();
    for (Layer layer : network.getLayers()) {
      org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
      if (DENSE.contains(configuration.getClass()) && isPlain(configuration)) {
        steps.add(dense(layer, ((FeedForwardLayer) configuration).getActivationFn()));
      } else if (ELEMENTWISE.contains(configuration.getClass())) {
        steps.add(x -> layer.activate(x, false, LayerWorkspaceMgr.noWorkspaces()));
      } else {
        fits = false;
      }
    }
    return fits ? Optional.of(x -> applied(steps, x)) : Optional.empty();
  }

  private static boolean isPlain(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof DenseLayer dense
        ? dense.hasBias() && !dense.hasLayerNorm()
        : ((OutputLayer) layer).hasBias();
  }

  private static UnaryOperator<INDArray> dense(Layer layer, IActivation activation) {
    RowProduct product = new RowProduct(floats(layer.getParam("W")), floats(layer.getParam("b")));
    return x -> {
      float[] z = product.of(floats(x));
      int rows = z.length / product.outputs();
      return activation.getActivation(
          Nd4j.create(z, new int[] {rows, product.outputs()}, 'c'), false);
    };
  }

  private static INDArray applied(List<UnaryOperator<INDArray>> steps, INDArray input) {
    INDArray last = input;
    for (UnaryOperator<INDArray> step : steps) {
      INDArray next = step.apply(last);
      if (last != input && last != next && last.closeable()) {
        last.close();
      }
      last = next;
    }
    return last == input ? input.dup() : last;
  }

  /** All numbers, row by row. */
  private static float[] floats(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      float[] values = new float[Math.toIntExact(copy.length())];
      new FloatPointer(copy.data().pointer()).get(values);
      return values;
    }
  }
}
