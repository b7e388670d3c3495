package dev.lockstep.pipeline;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.TrainableNetwork;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.Path;

/** The untrained network of a config: from layers, a DL4J file or a Keras file. */
final class StartingPoint {
  private StartingPoint() {}

  static Checkpoint of(RunContext context, NetworkShape shape) {
    NetworkConfig network = context.config().network();
    if (network.keras().isPresent()) {
      return ofKeras(context, network.keras().get(), shape);
    }
    Blueprint blueprint =
        network.dl4j().isPresent()
            ? Blueprint.ofDl4j(text(context, network.dl4j().get()), shape)
            : Blueprint.ofLayers(network, context.config().train(), shape);
    return new Checkpoint(blueprint, blueprint.build().state(), Progress.START);
  }

  private static Checkpoint ofKeras(RunContext context, String file, NetworkShape shape) {
    try {
      File local = File.createTempFile("lockstep", ".h5");
      try (InputStream in = open(context, file)) {
        Files.copy(in, local.toPath(), StandardCopyOption.REPLACE_EXISTING);
        TrainableNetwork network = Blueprint.ofKeras(local, shape);
        return new Checkpoint(Blueprint.of(network), network.state(), Progress.START);
      } finally {
        Files.deleteIfExists(local.toPath());
      }
    } catch (IOException e) {
      throw unreadable("network.keras", file, e);
    }
  }

  private static String text(RunContext context, String file) {
    try (InputStream in = open(context, file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable("network.dl4j", file, e);
    }
  }

  private static InputStream open(RunContext context, String file) throws IOException {
    Path path = new Path(file);
    return path.getFileSystem(context.spark().sparkContext().hadoopConfiguration()).open(path);
  }

  private static InvalidConfigException unreadable(String key, String file, IOException e) {
    String line =
        e instanceof FileNotFoundException
            ? "Missing " + key + ": " + file + " (no such file)"
            : "Cannot read " + key + ": " + file + " (" + e.getMessage() + ")";
    InvalidConfigException invalid = new InvalidConfigException(line);
    invalid.initCause(e);
    return invalid;
  }
}
