package dev.lockstep.training.replica.update;

import dev.lockstep.network.TrainableNetwork;
import java.util.List;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's own updater, for every network that it can train. */
final class Dl4jUpdate implements WeightUpdate {
  private final TrainableNetwork network;
  private final Gradient gradient;
  private final List<INDArray> summed;
  private final List<INDArray> meaned;
  private final LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();

  Dl4jUpdate(TrainableNetwork network) {
    this.network = network;
    this.gradient = views(network);
    this.summed = GradientSegments.summed(network);
    this.meaned = GradientSegments.meaned(network);
  }

  @Override
  public Norms apply(int samples) {
    double gradientNorm = norm(summed) / samples;
    meaned.forEach(segment -> segment.divi(samples));
    network.updater().update(gradient, network.iteration(), network.epoch(), samples, workspaces);
    network.parameters().subi(gradient.gradient());
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
  private static Gradient views(TrainableNetwork network) {
    Gradient views = new DefaultGradient(network.gradient());
    network
        .parts()
        .forEach(
            part ->
                views.setGradientFor(
                    network.layerName(part) + "_" + part.getParamName(), part.getGradView()));
    return views;
  }
}
