package dev.lockstep.job;

import dev.lockstep.config.ConfigLoader;
import dev.lockstep.config.ConfigSource;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what the settings are. */
final class ConfigOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "The model's settings, in HOCON, a file or a Hadoop URI; conf/reference.conf explains"
              + " every key.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting, such as train.epochs=20; repeatable.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--store",
      paramLabel = "URI",
      description = "Overrides 'store': the root of everything written, a path or a Hadoop URI.")
  private String store;

  /** Whether a file is given. */
  boolean isGiven() {
    return file != null;
  }

  /** The checked settings. */
  LockstepConfig load() {
    return load(Optional.empty());
  }

  /** The checked settings, with {@code --workers} over them. */
  LockstepConfig load(Optional<String> workers) {
    if (file == null) {
      throw new InvalidConfigException(
          "Missing --conf: no file (required, such as --conf conf/flights.conf)");
    }
    return ConfigLoader.load(
        new ConfigSource(
            Optional.of(SettingsFile.local(file)), sets, Optional.ofNullable(store), workers));
  }

  /**
   * The settings' store where a file is given, else {@code --store} or the default; for jobs that
   * only read.
   */
  String storeRoot() {
    if (file != null) {
      return load().store();
    }
    return store == null ? ConfigLoader.defaultStore() : store;
  }
}
