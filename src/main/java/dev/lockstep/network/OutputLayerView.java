package dev.lockstep.network;

import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The last layer of a network, fed by hand, so that one forward pass through the others serves both
 * the loss and the predictions.
 */
public final class OutputLayerView {
  private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  private final MultiLayerNetwork network;
  private final IOutputLayer layer;
  private final InputPreProcessor preProcessor;

  public OutputLayerView(MultiLayerNetwork network) {
    this.network = network;
    this.layer = (IOutputLayer) network.getOutputLayer();
    this.preProcessor =
        network.getLayerWiseConfigurations().getInputPreProcess(network.getnLayers() - 1);
  }

  /** Outputs [samples, outputs] as at prediction, from the activations of the layer before. */
  public INDArray outputs(INDArray hidden) {
    return layer.activate(input(hidden), false, WORKSPACES);
  }

  /** Activations [samples, …] of the layer before the output layer, as at prediction. */
  public INDArray hidden(INDArray features) {
    int layers = network.getnLayers();
    return layers == 1
        ? features
        : network.feedForwardToLayer(layers - 2, features, false).get(layers - 1);
  }

  /** Mean loss of the samples, without regularization. */
  public double loss(INDArray hidden, INDArray labels) {
    layer.setInput(input(hidden), WORKSPACES);
    layer.setLabels(labels);
    return layer.computeScore(0, false, WORKSPACES);
  }

  private INDArray input(INDArray hidden) {
    return preProcessor == null
        ? hidden
        : preProcessor.preProcess(hidden, (int) hidden.size(0), WORKSPACES);
  }
}
