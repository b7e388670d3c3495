package dev.lockstep.training.replica.update;

import dev.lockstep.bench.Duel;
import dev.lockstep.network.TrainableNetwork;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** One weight update with its norms: DL4J's updater against the fused one. */
public final class UpdateBenchmark {
  private UpdateBenchmark() {}

  public static void main(String[] arguments) {
    Duel.begin();
    for (int[] widths : new int[][] {{784, 256, 128, 10}, {30, 64, 32, 10}}) {
      for (IUpdater updater :
          List.of(new Sgd(), new Nesterovs(), new Adam(), new RmsProp(), new AdaGrad())) {
        WeightUpdate dl4j = new Dl4jUpdate(network(widths, updater, 0));
        WeightUpdate fused = new FusedUpdate(network(widths, updater, 0));
        String name = widths[0] + "…, " + updater.getClass().getSimpleName();
        Duel.print(name, () -> dl4j.apply(128), () -> fused.apply(128));
      }
      WeightUpdate dl4j = new Dl4jUpdate(network(widths, new Adam(), 1e-4));
      WeightUpdate fused = new FusedUpdate(network(widths, new Adam(), 1e-4));
      Duel.print(widths[0] + "…, Adam, L2", () -> dl4j.apply(128), () -> fused.apply(128));
    }
  }

  private static TrainableNetwork network(int[] widths, IUpdater updater, double l2) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(updater).l2(l2).list();
    for (int i = 1; i < widths.length - 1; i++) {
      list.layer(new DenseLayer.Builder().nIn(widths[i - 1]).nOut(widths[i]).build());
    }
    int last = widths.length - 1;
    list.layer(new OutputLayer.Builder().nIn(widths[last - 1]).nOut(widths[last]).build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    TrainableNetwork trainable = TrainableNetwork.of(network);
    trainable.gradient().assign(0.5);
    return trainable;
  }
}
