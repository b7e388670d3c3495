package dev.lockstep.training.replica.compiled;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** Strings the stages of a network together for one size of micro-batch. */
final class PassBuilder {
  private final MultiLayerNetwork network;
  private final FlatMemory parameters;
  private final FlatMemory gradient;
  private final int samples;
  private final List<Stage> stages = new ArrayList<>();

  private InputPort input;
  private Signal signal;
  private int firstWithParameters = -1;
  private int offset;

  PassBuilder(MultiLayerNetwork network, FlatMemory parameters, FlatMemory gradient, int samples) {
    this.network = network;
    this.parameters = parameters;
    this.gradient = gradient;
    this.samples = samples;
  }

  Pass build() {
    for (int index = 0; index < network.getnLayers(); index++) {
      add(index, network.getLayer(index).conf().getLayer());
      offset += Math.toIntExact(network.getLayer(index).numParams());
    }
    OutputLayer output = (OutputLayer) network.getOutputLayer().conf().getLayer();
    Head head = Heads.of(output).orElseThrow().apply(signal);
    return new Pass(input, stages, firstWithParameters, head);
  }

  private void add(int index, Layer layer) {
    if (layer instanceof DropoutLayer) {
      addDropout(index, layer.getIDropout());
    } else if (layer instanceof ActivationLayer activation) {
      addActivation(activation.getActivationFn());
    } else if (layer instanceof BatchNormalization norm) {
      Signal normalized = signal();
      markParameters();
      stages.add(new BatchNorm(normalized, weights(), norm));
    } else {
      addDropout(index, layer.getIDropout()); // DL4J's dropout of a dense layer is of its input
      addLinear((FeedForwardLayer) layer);
      if (!(layer instanceof OutputLayer)) {
        addActivation(((BaseLayer) layer).getActivationFn());
      }
    }
  }

  private void addDropout(int index, IDropout dropout) {
    if (dropout != null) {
      stages.add(new Dropout(signal(), index, probabilityToKeep(dropout)));
    }
  }

  private static double probabilityToKeep(IDropout dropout) {
    return ((org.deeplearning4j.nn.conf.dropout.Dropout) dropout).getP();
  }

  private void addActivation(IActivation function) {
    if (!(function instanceof ActivationIdentity)) {
      stages.add(new Activation(signal(), Curves.of(function).orElseThrow()));
    }
  }

  private void addLinear(FeedForwardLayer layer) {
    Source source = source(Math.toIntExact(layer.getNIn()));
    Signal output = new Signal(samples, Math.toIntExact(layer.getNOut()));
    markParameters();
    stages.add(new Linear(source, output, weights()));
    signal = output;
  }

  private Source source(int width) {
    if (signal == null) {
      input = new InputPort(null);
      return new Source(input::features, null, width);
    }
    Panel deltas = firstWithParameters < 0 ? null : signal.deltas();
    return new Source(signal.values()::publish, deltas, width);
  }

  /** The signal so far; the features' where nothing has come yet. */
  private Signal signal() {
    if (signal == null) {
      signal = new Signal(samples, inputWidth());
      input = new InputPort(signal);
    }
    return signal;
  }

  /** Dropout and activations keep the width, so the first other layer tells it. */
  private int inputWidth() {
    for (int index = 0; index < network.getnLayers(); index++) {
      Layer layer = network.getLayer(index).conf().getLayer();
      if (layer instanceof FeedForwardLayer wide && wide.getNIn() > 0) {
        return Math.toIntExact(wide.getNIn());
      }
    }
    throw new IllegalArgumentException("Missing network input width");
  }

  private void markParameters() {
    if (firstWithParameters < 0) {
      firstWithParameters = stages.size();
    }
  }

  private Weights weights() {
    return new Weights(parameters, gradient, offset);
  }
}
