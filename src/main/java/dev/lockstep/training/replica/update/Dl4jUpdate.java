package dev.lockstep.training.replica.update;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's own updater, for every network that it can train. */
final class Dl4jUpdate implements WeightUpdate {
  private final MultiLayerNetwork network;
  private final Gradient gradient;
  private final List<INDArray> summed;
  private final List<INDArray> meaned;
  private final LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();

  Dl4jUpdate(MultiLayerNetwork network) {
    this.network = network;
    this.gradient = views(network);
    this.summed = GradientSegments.summed(network);
    this.meaned = GradientSegments.meaned(network);
  }

  @Override
  public Norms apply(int samples) {
    double gradientNorm = norm(summed) / samples;
    meaned.forEach(segment -> segment.divi(samples));
    var counts = network.getLayerWiseConfigurations();
    network
        .getUpdater()
        .update(
            network,
            gradient,
            counts.getIterationCount(),
            counts.getEpochCount(),
            samples,
            workspaces);
    network.params().subi(gradient.gradient());
    return new Norms(gradientNorm, norm(summed));
  }

  private static double norm(List<INDArray> segments) {
    double squares = 0;
    for (INDArray segment : segments) {
      double norm = segment.norm2Number().doubleValue();
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }

  /** The gradient under the names that DL4J's updater looks for, all views of the flat one. */
  private static Gradient views(MultiLayerNetwork network) {
    Gradient views = new DefaultGradient(network.getFlattenedGradients());
    for (int index = 0; index < network.getnLayers(); index++) {
      Layer layer = network.getLayer(index);
      if (layer.numParams() > 0) {
        Map<String, INDArray> ofLayer =
            layer
                .conf()
                .getLayer()
                .initializer()
                .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
        for (Map.Entry<String, INDArray> entry : ofLayer.entrySet()) {
          views.setGradientFor(index + "_" + entry.getKey(), entry.getValue());
        }
      }
    }
    return views;
  }
}
