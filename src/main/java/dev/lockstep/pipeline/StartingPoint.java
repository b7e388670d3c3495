package dev.lockstep.pipeline;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.TrainableNetwork;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The untrained network of a config: from layers, a DL4J file or a Keras file. */
final class StartingPoint {
  private StartingPoint() {}

  static Checkpoint of(RunContext context, NetworkShape shape) {
    NetworkConfig network = context.config().network();
    Optional<NetworkSource> source = NetworkSource.of(network);
    if (network.keras().isPresent()) {
      return ofKeras(context, source.get(), shape);
    }
    Blueprint blueprint =
        source.isPresent()
            ? Blueprint.ofDl4j(source.get().text(context.hadoop()), shape)
            : Blueprint.ofLayers(network, context.config().train(), shape);
    return new Checkpoint(blueprint, blueprint.build().state(), Progress.START);
  }

  private static Checkpoint ofKeras(RunContext context, NetworkSource source, NetworkShape shape) {
    try {
      File local = File.createTempFile("lockstep", ".h5");
      try (InputStream in = source.open(context.hadoop())) {
        Files.copy(in, local.toPath(), StandardCopyOption.REPLACE_EXISTING);
        TrainableNetwork network = Blueprint.ofKeras(local, shape);
        return new Checkpoint(Blueprint.of(network), network.state(), Progress.START);
      } finally {
        Files.deleteIfExists(local.toPath());
      }
    } catch (IOException e) {
      throw source.unreadable(e);
    }
  }
}
