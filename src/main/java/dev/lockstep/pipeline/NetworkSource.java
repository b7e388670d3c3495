package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.NetworkConfig;
import dev.lockstep.storage.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The file that a network comes from.
 *
 * @param key of the setting that names it
 * @param file a path or a Hadoop URI
 */
public record NetworkSource(String key, String file) {

  /** The DL4J or Keras file of these settings; absent for a network of layers. */
  public static Optional<NetworkSource> of(NetworkConfig network) {
    Optional<NetworkSource> dl4j =
        network.dl4j().map(file -> new NetworkSource("network.dl4j", file));
    return dl4j.or(() -> network.keras().map(file -> new NetworkSource("network.keras", file)));
  }

  /**
   * The settings with the content of the network's file in their identity: a changed file makes
   * another run.
   *
   * @throws InvalidConfigException if the file cannot be read
   */
  public static LockstepConfig pin(LockstepConfig config, Configuration hadoop) {
    return of(config.network())
        .map(source -> config.withNetworkFile(source.sha256(hadoop)))
        .orElse(config);
  }

  /**
   * What the file holds, as text.
   *
   * @throws InvalidConfigException if the file cannot be read
   */
  public String text(Configuration hadoop) {
    try (InputStream in = open(hadoop)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  InputStream open(Configuration hadoop) throws IOException {
    Path path = new Path(file);
    return path.getFileSystem(hadoop).open(path);
  }

  private String sha256(Configuration hadoop) {
    try {
      return Sha256.of(file, open(hadoop)).sha256();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  InvalidConfigException unreadable(IOException e) {
    String line =
        e instanceof FileNotFoundException
            ? "Missing " + key + ": " + file + " (no such file)"
            : "Cannot read " + key + ": " + file + " (" + e.getMessage() + ")";
    InvalidConfigException invalid = new InvalidConfigException(line);
    invalid.initCause(e);
    return invalid;
  }
}
