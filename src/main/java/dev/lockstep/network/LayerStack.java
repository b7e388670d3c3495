package dev.lockstep.network;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's MultiLayerNetwork: one layer after the other, one input and one output. */
final class LayerStack extends TrainableNetwork {
  private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  private final MultiLayerNetwork network;
  private final InputPreProcessor outputPreProcessor;

  LayerStack(MultiLayerNetwork network) {
    this.network = network;
    this.outputPreProcessor =
        network.getLayerWiseConfigurations().getInputPreProcess(network.getnLayers() - 1);
    if (network.getFlattenedGradients() == null) {
      network.initGradientsView();
    }
  }

  @Override
  public Model model() {
    return network;
  }

  @Override
  public String configuration() {
    return network.getLayerWiseConfigurations().toJson();
  }

  @Override
  public INDArray gradient() {
    return network.getFlattenedGradients();
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    return (BaseMultiLayerUpdater<?>) network.getUpdater(true);
  }

  @Override
  public String layerName(UpdaterBlock.ParamState part) {
    int index = 0;
    while (network.getLayer(index) != part.getLayer()) {
      index++;
    }
    return Integer.toString(index);
  }

  @Override
  public int iteration() {
    return network.getLayerWiseConfigurations().getIterationCount();
  }

  @Override
  public int epoch() {
    return network.getLayerWiseConfigurations().getEpochCount();
  }

  @Override
  public void count(int iteration, int epoch) {
    network.getLayerWiseConfigurations().setIterationCount(iteration);
    network.getLayerWiseConfigurations().setEpochCount(epoch);
  }

  @Override
  public double regularization() {
    return network.calcRegularizationScore(true);
  }

  @Override
  void computeGradient() {
    network.computeGradientAndScore();
  }

  @Override
  public void keepPatches() {
    for (Layer layer : network.getLayers()) {
      if (layer instanceof ConvolutionLayer) {
        layer.setCacheMode(CacheMode.DEVICE);
      }
    }
  }

  @Override
  public Prediction predict(Examples examples) {
    begin(examples);
    outputLayer().setInput(outputInput(hidden(examples.features()[0])), WORKSPACES);
    outputLayer().setLabels(examples.labels()[0]);
    INDArray outputs = outputLayer().activate(false, WORKSPACES);
    double loss = sum(outputLayer().computeScore(0, false, WORKSPACES), examples);
    end();
    return new Prediction(List.of(outputs), loss);
  }

  @Override
  void end() {
    network.clearLayerMaskArrays();
    network.clearLayersStates();
  }

  @Override
  void begin(Examples examples) {
    network.setInput(examples.features()[0]);
    network.setLabels(examples.labels()[0]);
    network.setLayerMaskArrays(examples.featureMasks()[0], examples.labelMasks()[0]);
  }

  private INDArray hidden(INDArray features) {
    int layers = network.getnLayers();
    return layers == 1
        ? features
        : network.feedForwardToLayer(layers - 2, features, false).get(layers - 1);
  }

  private INDArray outputInput(INDArray hidden) {
    return outputPreProcessor == null
        ? hidden
        : outputPreProcessor.preProcess(hidden, network.getInputMiniBatchSize(), WORKSPACES);
  }

  private IOutputLayer outputLayer() {
    return (IOutputLayer) network.getOutputLayer();
  }

  @Override
  public List<Layer> outputLayers() {
    return List.of(network.getOutputLayer());
  }

  @Override
  public TrainingListener afterForward(OutputsListener listener) {
    return new BaseTrainingListener() {
      @Override
      public void onForwardPass(Model model, List<INDArray> activations) {
        INDArray hidden = activations.get(activations.size() - 1);
        listener.outputs(
            () -> List.of(outputLayer().activate(outputInput(hidden), false, WORKSPACES)));
      }
    };
  }
}
