package dev.lockstep.job;

import dev.lockstep.config.FeaturesConfig;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Task;
import dev.lockstep.network.ConfigurationSize;
import dev.lockstep.network.LayerSizes;
import dev.lockstep.pipeline.NetworkSource;
import dev.lockstep.plan.NetworkSize;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/**
 * What is known of a network's size before any data are read.
 *
 * @param features the width of an input row
 * @param size absent where a width is unknown
 * @param updaterState floats that the updater keeps, where the size is known
 * @param reason why the size is unknown, empty where it is known
 */
record PlannedNetwork(
    OptionalInt features, Optional<NetworkSize> size, long updaterState, String reason) {

  /** Without settings nothing is known. */
  static PlannedNetwork unknown(String reason) {
    return new PlannedNetwork(OptionalInt.empty(), Optional.empty(), 0, reason);
  }

  /**
   * The network of these settings.
   *
   * @param givenFeatures the input's width, where the user says it
   * @param classes the label's classes, where the user says them
   * @param hadoop opens the network's file, where there is one
   */
  static PlannedNetwork of(
      LockstepConfig config, OptionalInt givenFeatures, OptionalInt classes, Configuration hadoop) {
    OptionalInt features =
        givenFeatures.isPresent() ? givenFeatures : width(config.data().features());
    if (config.network().keras().isPresent()) {
      return new PlannedNetwork(features, Optional.empty(), 0, "train finds it in the Keras file");
    }
    Optional<NetworkSource> file = NetworkSource.of(config.network());
    if (file.isPresent()) {
      return ofDl4j(file.get().text(hadoop), features);
    }
    if (features.isEmpty()) {
      return new PlannedNetwork(
          features, Optional.empty(), 0, "prepare finds the input's width; --features N gives it");
    }
    boolean multiclass = config.data().task() == Task.MULTICLASS;
    if (multiclass && classes.isEmpty()) {
      return new PlannedNetwork(
          features, Optional.empty(), 0, "prepare finds the classes; --classes K gives them");
    }
    int outputs = multiclass ? classes.getAsInt() : 1;
    NetworkSize size = LayerSizes.of(config.network().layers(), features.getAsInt(), outputs);
    long state = LayerSizes.updaterState(size, config.train().updater().type());
    return new PlannedNetwork(features, Optional.of(size), state, "");
  }

  private static PlannedNetwork ofDl4j(String json, OptionalInt known) {
    OptionalInt features = known.isPresent() ? known : ConfigurationSize.features(json);
    if (features.isEmpty()) {
      return new PlannedNetwork(
          features, Optional.empty(), 0, "prepare finds the input's width; --features N gives it");
    }
    ConfigurationSize size = ConfigurationSize.of(json, features.getAsInt());
    return new PlannedNetwork(features, Optional.of(size.size()), size.updaterState(), "");
  }

  /** One input for each numeric column, and the buckets of hashed ones; else only the data tell. */
  private static OptionalInt width(FeaturesConfig features) {
    boolean hashed = features.encoding() == FeaturesConfig.Encoding.HASHED;
    if (!features.arrays().isEmpty() || (!hashed && !features.categorical().isEmpty())) {
      return OptionalInt.empty();
    }
    int buckets = features.categorical().isEmpty() ? 0 : features.hashBuckets();
    return OptionalInt.of(features.numeric().size() + buckets);
  }
}
