package dev.lockstep.network;

import dev.lockstep.config.ClippingConfig;
import dev.lockstep.config.LayerConfig;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.plan.SplitMix64;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Writes {@code network.layers} as a DL4J configuration; output layer and loss follow from the
 * task.
 */
final class NetworkBuilder {
  private final NetworkConfig network;
  private final TrainConfig train;
  private final NetworkShape shape;

  NetworkBuilder(NetworkConfig network, TrainConfig train, NetworkShape shape) {
    this.network = network;
    this.train = train;
    this.shape = shape;
  }

  MultiLayerConfiguration build() {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(dl4jSeed(train.seed()))
            .updater(Updaters.of(train.updater()))
            .weightInit(WeightInit.valueOf(dl4jName(network.weightInit())))
            .l1(network.l1())
            .l2(network.l2());
    if (train.updater().weightDecay() > 0) {
      builder.weightDecay(train.updater().weightDecay(), true);
    }
    train.clipping().ifPresent(clipping -> clip(builder, clipping));
    NeuralNetConfiguration.ListBuilder list = builder.list();
    network.layers().forEach(layer -> list.layer(layer(layer)));
    return list.layer(outputLayer()).setInputType(InputType.feedForward(shape.features())).build();
  }

  private static void clip(NeuralNetConfiguration.Builder builder, ClippingConfig clipping) {
    builder.gradientNormalization(
        switch (clipping.type()) {
          case VALUE -> GradientNormalization.ClipElementWiseAbsoluteValue;
          case L2_PER_LAYER -> GradientNormalization.ClipL2PerLayer;
          case L2_PER_PARAMETER -> GradientNormalization.ClipL2PerParamType;
        });
    builder.gradientNormalizationThreshold(clipping.threshold());
  }

  private static Layer layer(LayerConfig layer) {
    if (layer instanceof LayerConfig.Dense dense) {
      DenseLayer.Builder builder =
          new DenseLayer.Builder().nOut(dense.units()).activation(activation(dense.activation()));
      regularize(builder, dense.l1(), dense.l2());
      return builder.build();
    }
    if (layer instanceof LayerConfig.BatchNorm norm) {
      return new BatchNormalization.Builder().decay(norm.decay()).eps(norm.epsilon()).build();
    }
    if (layer instanceof LayerConfig.Dropout dropout) {
      return new DropoutLayer.Builder(1 - dropout.rate())
          .build(); // DL4J's number is the share kept
    }
    if (layer instanceof LayerConfig.Activation function) {
      return new ActivationLayer.Builder().activation(activation(function.function())).build();
    }
    throw new IllegalArgumentException("Unknown layer: " + layer);
  }

  private static void regularize(
      BaseLayer.Builder<?> builder, OptionalDouble l1, OptionalDouble l2) {
    l1.ifPresent(builder::l1);
    l2.ifPresent(builder::l2);
  }

  private OutputLayer outputLayer() {
    OutputLayer.Builder builder =
        switch (shape.task()) {
          case BINARY -> new OutputLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID);
          case MULTICLASS ->
              new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX);
          case REGRESSION ->
              new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY);
        };
    return builder.nOut(shape.outputs()).build();
  }

  private static Activation activation(String name) {
    return Activation.fromString(name.replace("-", ""));
  }

  private static String dl4jName(String name) {
    return name.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
  }

  /** DL4J reads a seed of 0 as 'any': every user's seed becomes another one, never 0. */
  static long dl4jSeed(long seed) {
    long mixed = SplitMix64.of(seed).next();
    return mixed == 0 ? 1 : mixed;
  }
}
