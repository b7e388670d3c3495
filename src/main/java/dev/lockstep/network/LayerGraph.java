package dev.lockstep.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's ComputationGraph: layers and vertices in any acyclic order, several inputs and outputs.
 */
final class LayerGraph extends TrainableNetwork {
  private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  private final ComputationGraph network;

  LayerGraph(ComputationGraph network) {
    this.network = network;
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
    return network.getConfiguration().toJson();
  }

  @Override
  public INDArray gradient() {
    return network.getFlattenedGradients();
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    return network.getUpdater(true);
  }

  @Override
  public String layerName(UpdaterBlock.ParamState part) {
    return part.getLayer().getConfig().getLayerName();
  }

  @Override
  public int iteration() {
    return network.getConfiguration().getIterationCount();
  }

  @Override
  public int epoch() {
    return network.getConfiguration().getEpochCount();
  }

  @Override
  public void count(int iteration, int epoch) {
    network.getConfiguration().setIterationCount(iteration);
    network.getConfiguration().setEpochCount(epoch);
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
    network.getConfiguration().setCacheMode(CacheMode.DEVICE); // gives them the memory
    for (Layer layer : network.getLayers()) {
      if (layer instanceof ConvolutionLayer) {
        layer.setCacheMode(CacheMode.DEVICE);
      }
    }
  }

  @Override
  public Prediction predict(Examples examples) {
    begin(examples);
    List<INDArray> outputs = forward(examples);
    double mean = 0;
    for (int i = 0; i < outputs.size(); i++) {
      IOutputLayer layer = (IOutputLayer) outputLayers().get(i);
      layer.setLabels(examples.labels()[i]);
      mean += layer.computeScore(0, false, WORKSPACES);
    }
    end();
    return new Prediction(outputs, sum(mean, examples));
  }

  /**
   * As at prediction, vertex by vertex: DL4J's own score() leaves out vertices where the last one
   * that was added is not the last in topological order.
   */
  private List<INDArray> forward(Examples examples) {
    GraphVertex[] vertices = network.getVertices();
    INDArray[] activations = new INDArray[vertices.length];
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      activations[index] =
          vertex.isInputVertex() ? examples.features()[index] : vertex.doForward(false, WORKSPACES);
      VertexIndices[] consumers = vertex.getOutputVertices();
      for (int i = 0; consumers != null && i < consumers.length; i++) {
        vertices[consumers[i].getVertexIndex()].setInput(
            consumers[i].getVertexEdgeNumber(), activations[index], WORKSPACES);
      }
    }
    return network.getConfiguration().getNetworkOutputs().stream()
        .map(name -> activations[network.getVertex(name).getVertexIndex()])
        .toList();
  }

  @Override
  void begin(Examples examples) {
    network.setInputs(examples.features());
    network.setLabels(examples.labels());
    network.setLayerMaskArrays(
        Examples.orNone(examples.featureMasks()), Examples.orNone(examples.labelMasks()));
  }

  @Override
  void end() {
    network.clearLayerMaskArrays();
    network.clearLayersStates();
  }

  @Override
  public List<Layer> outputLayers() {
    List<Layer> layers = new ArrayList<>();
    IntStream.range(0, network.getNumOutputArrays())
        .forEach(index -> layers.add(network.getOutputLayer(index)));
    return layers;
  }

  @Override
  public TrainingListener afterForward(OutputsListener listener) {
    return new BaseTrainingListener() {
      @Override
      public void onForwardPass(Model model, Map<String, INDArray> activations) {
        // They have their input, but not been through: DL4J leaves output layers out.
        listener.outputs(
            () -> outputLayers().stream().map(layer -> layer.activate(false, WORKSPACES)).toList());
      }
    };
  }
}
