package dev.lockstep.network;

import dev.lockstep.config.LayerConfig;
import dev.lockstep.config.UpdaterConfig;
import dev.lockstep.plan.NetworkSize;
import java.util.List;

/** The size of a network of layers from its settings alone: nothing is built. */
public final class LayerSizes {
  private LayerSizes() {}

  /**
   * @param layers the hidden ones
   * @param features inputs
   * @param outputs units of the output layer
   */
  public static NetworkSize of(List<LayerConfig> layers, int features, int outputs) {
    NetworkSize size = NetworkSize.ofInput(features);
    for (LayerConfig layer : layers) {
      size = add(size, layer);
    }
    return size.dense(outputs);
  }

  /** Floats that the updater keeps for the network's trained parameters. */
  public static long updaterState(NetworkSize size, UpdaterConfig.Type updater) {
    int states =
        switch (updater) {
          case SGD -> 0;
          case NESTEROV, RMSPROP, ADAGRAD -> 1;
          case ADAM -> 2;
        };
    return (size.parameters() - size.statistics()) * states;
  }

  private static NetworkSize add(NetworkSize size, LayerConfig layer) {
    if (layer instanceof LayerConfig.Dense dense) {
      return size.dense(dense.units());
    }
    return layer instanceof LayerConfig.BatchNorm ? size.batchNorm() : size.elementwise();
  }
}
