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
import java.util.SplittableRandom;

/**
 * A network, a batch size and random samples: what every trainer gets alike.
 *
 * @param widths of input, hidden layers and output
 * @param activation of the hidden layers
 * @param batch samples that make one update
 * @param samples of an epoch
 */
public record Workload(List<Integer> widths, String activation, int batch, int samples)
    implements Serializable {
  /** Of classes as of MNIST: 235,146 parameters. */
  public static final List<Integer> WIDE = List.of(784, 256, 128, 10);

  /** Of classes on tabular data: 4,394 parameters. */
  public static final List<Integer> NARROW = List.of(30, 64, 32, 10);

  public Workload(List<Integer> widths, int batch, int samples) {
    this(widths, "relu", batch, samples);
  }

  /** The network's widths and the batch. */
  public String name() {
    return network() + ", batch " + batch;
  }

  /** The network's widths. */
  public String network() {
    return String.join("-", widths.stream().map(String::valueOf).toList());
  }

  public int inputs() {
    return widths.get(0);
  }

  public int outputs() {
    return widths.get(widths.size() - 1);
  }

  public NetworkShape shape() {
    return new NetworkShape(Task.MULTICLASS, inputs(), outputs());
  }

  /** Dense layers, softmax with cross-entropy, Adam with its usual settings. */
  public Blueprint blueprint() {
    List<LayerConfig> layers = new ArrayList<>();
    for (int width : widths.subList(1, widths.size() - 1)) {
      layers.add(
          new LayerConfig.Dense(width, activation, OptionalDouble.empty(), OptionalDouble.empty()));
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
        Duration.ofMinutes(5),
        TrainConfig.Start.FRESH);
  }

  /** Sample {@code id}: the same whoever asks. */
  public float[] features(long id) {
    SplittableRandom random = new SplittableRandom(id);
    float[] features = new float[inputs()];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextDouble(-1, 1);
    }
    return features;
  }

  /** Its class: which of the first features, one a class, is largest. */
  public int label(float[] features) {
    int best = 0;
    for (int k = 1; k < outputs(); k++) {
      best = features[k] > features[best] ? k : best;
    }
    return best;
  }
}
