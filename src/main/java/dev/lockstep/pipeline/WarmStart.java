package dev.lockstep.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.Progress;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.dataset.InheritedFeatures;
import dev.lockstep.dataset.Preparation;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkFile;
import dev.lockstep.network.NetworkState;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Training that starts from the model's champion: with its features and its parameters, running
 * statistics included, and a new updater.
 *
 * <p>Which champion is decided when the run's data are prepared, and kept with them: whoever
 * becomes champion later, an attempt that goes on or starts again ends with the same bits.
 */
final class WarmStart {
  /** What must be the same for an input and the output to mean the same. */
  private static final List<String> MEANINGS =
      List.of("/data/features", "/data/label", "/data/task");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunContext context;
  private final Versions versions;

  WarmStart(RunContext context) {
    this.context = context;
    this.versions = new Versions(context.store(), context.tables());
  }

  /** The preparation of the run's data, with the champion's features if the settings say so. */
  Preparation preparing(Preparation preparation) {
    return context.config().train().start() == TrainConfig.Start.CHAMPION
        ? preparation.inheriting(this::features)
        : preparation;
  }

  private Optional<InheritedFeatures> features() {
    Optional<Version> champion = versions.champion(context.config().model());
    if (champion.isEmpty()) {
      context.notices().accept("There is no champion to start from yet: training starts afresh");
    }
    return champion.map(this::features);
  }

  private InheritedFeatures features(Version champion) {
    checkMeaning(champion);
    return new InheritedFeatures(
        champion.provenance().version(),
        versions.features(champion),
        champion.provenance().features(),
        champion.provenance().classes());
  }

  private void checkMeaning(Version champion) {
    for (String key : MEANINGS) {
      JsonNode own = setting(context.config().json(), key);
      JsonNode theirs = setting(champion.provenance().config(), key);
      if (!own.equals(theirs)) {
        throw differs(
            champion, "%s is %s, and the champion's %s".formatted(dotted(key), own, theirs));
      }
    }
  }

  /**
   * The state that a run's training begins in.
   *
   * @param fresh the untrained network
   * @throws InvalidConfigException if the version that its data are prepared for has other layers
   */
  Checkpoint startingPoint(PreparedData prepared, Checkpoint fresh) {
    if (prepared.startedFrom() == null) {
      return fresh;
    }
    Version version =
        versions
            .find(context.config().model(), prepared.startedFrom())
            .orElseThrow(
                () ->
                    new StoreException(
                        "Missing version: %s of %s, which run %s starts from"
                            .formatted(
                                prepared.startedFrom(),
                                context.config().model(),
                                context.runId())));
    try {
      NetworkFile file = NetworkFile.read(versions.network(version));
      checkLayers(version, fresh.blueprint(), file.blueprint());
      NetworkState state =
          new NetworkState(file.state().parameters(), fresh.state().updaterState(), 0, 0);
      return new Checkpoint(fresh.blueprint(), state, Progress.START);
    } catch (IOException e) {
      throw new StoreException("Cannot read version: " + version.path() + " (" + e + ")", e);
    }
  }

  private static void checkLayers(Version version, Blueprint own, Blueprint theirs) {
    Map<String, String> ownShapes = shapes(own);
    Map<String, String> theirShapes = shapes(theirs);
    if (!ownShapes.equals(theirShapes)) {
      throw differs(
          version,
          "the network's parameters are %s, and the champion's %s"
              .formatted(ownShapes, theirShapes));
    }
  }

  /** The shape of each parameter array, by its name. */
  private static Map<String, String> shapes(Blueprint blueprint) {
    Map<String, String> shapes = new TreeMap<>();
    blueprint
        .build()
        .model()
        .paramTable()
        .forEach((name, array) -> shapes.put(name, Arrays.toString(array.shape())));
    return shapes;
  }

  private static InvalidConfigException differs(Version champion, String how) {
    return new InvalidConfigException(
        "Cannot start from champion %s: %s (train.start = fresh trains anew)"
            .formatted(champion.provenance().version(), how));
  }

  private static JsonNode setting(String config, String key) {
    try {
      return JSON.readTree(config).at(key);
    } catch (JsonProcessingException e) {
      throw new StoreException("Invalid settings: " + e.getOriginalMessage(), e);
    }
  }

  private static String dotted(String key) {
    return key.substring(1).replace('/', '.');
  }
}
