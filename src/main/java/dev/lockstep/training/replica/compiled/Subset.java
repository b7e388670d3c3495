package dev.lockstep.training.replica.compiled;

import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Which configurations have a compiled form: float32 stacks of the layers named here, one after the
 * other.
 */
final class Subset {
  private Subset() {}

  static boolean contains(MultiLayerConfiguration network) {
    List<NeuralNetConfiguration> layers = network.getConfs();
    int last = layers.size() - 1;
    return network.getDataType() == DataType.FLOAT
        && network.getBackpropType() == BackpropType.Standard
        && network.getInputPreProcessors().isEmpty()
        && layers.stream().allMatch(NeuralNetConfiguration::isMiniBatch)
        && layers.subList(0, last).stream().allMatch(layer -> isHidden(layer.getLayer()))
        && isOutput(layers.get(last).getLayer());
  }

  /** Classes are compared, not tested with instanceof: a subclass may compute anything. */
  private static boolean isHidden(Layer layer) {
    if (layer.getClass() == DenseLayer.class) {
      DenseLayer dense = (DenseLayer) layer;
      return dense.hasBias()
          && !dense.hasLayerNorm()
          && isPlain(dense)
          && Curves.of(dense.getActivationFn()).isPresent();
    }
    if (layer.getClass() == BatchNormalization.class) {
      return !((BatchNormalization) layer).isLockGammaBeta();
    }
    if (layer.getClass() == ActivationLayer.class) {
      return Curves.of(((ActivationLayer) layer).getActivationFn()).isPresent();
    }
    return layer.getClass() == DropoutLayer.class && isPlain(layer.getIDropout());
  }

  private static boolean isOutput(Layer layer) {
    return layer.getClass() == OutputLayer.class
        && ((OutputLayer) layer).hasBias()
        && isPlain((OutputLayer) layer)
        && Heads.of((OutputLayer) layer).isPresent();
  }

  private static boolean isPlain(BaseLayer layer) {
    return layer.getWeightNoise() == null && isPlain(layer.getIDropout());
  }

  private static boolean isPlain(IDropout dropout) {
    return dropout == null
        || (dropout.getClass() == Dropout.class && ((Dropout) dropout).getPSchedule() == null);
  }
}
