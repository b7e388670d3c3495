package dev.lockstep.bench;

import dev.lockstep.config.LayerConfig;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.config.ScheduleConfig;
import dev.lockstep.config.Task;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.config.UpdaterConfig;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkShape;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;

/**
 * A network, a batch size and random samples: what every trainer gets alike.
 *
 * @param widths of input, hidden layers and output
 */
public record Workload(List<Integer> widths, int batch, int samples) implements Serializable {

  public String name() {
    return String.join("-", widths.stream().map(String::valueOf).toList()) + ", batch " + batch;
  }

  public NetworkShape shape() {
    return new NetworkShape(Task.MULTICLASS, widths.get(0), widths.get(widths.size() - 1));
  }

  /** Dense layers with ReLU, softmax with cross-entropy, Adam. */
  public Blueprint blueprint() {
    List<LayerConfig> layers = new ArrayList<>();
    for (int width : widths.subList(1, widths.size() - 1)) {
      layers.add(
          new LayerConfig.Dense(width, "relu", OptionalDouble.empty(), OptionalDouble.empty()));
    }
    return Blueprint.ofLayers(
        new NetworkConfig(layers, Optional.empty(), Optional.empty(), 0, 0, "xavier"),
        settings(),
        shape());
  }

  private TrainConfig settings() {
    UpdaterConfig adam =
        new UpdaterConfig(
            UpdaterConfig.Type.ADAM,
            new ScheduleConfig.Fixed(0.001),
            0.9,
            0.9,
            0.999,
            0.95,
            1e-8,
            0);
    return new TrainConfig(
        1,
        batch,
        7,
        adam,
        Optional.empty(),
        2,
        OptionalInt.empty(),
        new TrainConfig.CheckpointEvery(1, TrainConfig.Unit.EPOCH),
        1,
        Optional.empty(),
        TrainConfig.Trainer.EXACT,
        1,
        Duration.ofMinutes(5));
  }

  /** Sample {@code id}: the same whoever asks. */
  public float[] features(long id) {
    Random random = new Random(id * 31 + 1);
    float[] features = new float[widths.get(0)];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextFloat() - 0.5f;
    }
    return features;
  }

  /** Its class: which of the first outputs' features is largest. */
  public int label(float[] features) {
    int best = 0;
    for (int k = 1; k < shape().outputs(); k++) {
      best = features[k] > features[best] ? k : best;
    }
    return best;
  }
}
