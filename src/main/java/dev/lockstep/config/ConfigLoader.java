package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads settings: defaults, then a HOCON file, then assignments, into checked records.
 *
 * <p>Every default stands in {@code conf/reference.conf}, which the jar carries. {@code ${NAME}} in
 * a file takes the environment's value where no setting has that name. All problems are thrown at
 * once, a line each.
 */
public final class ConfigLoader {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private ConfigLoader() {}

  /** Reads a file, with assignments {@code key=value} over it. */
  public static LockstepConfig load(Path file, String... sets) {
    return load(ConfigSource.of(file, sets));
  }

  /**
   * Reads settings from all their places.
   *
   * @throws InvalidConfigException if a file cannot be read or any setting is missing, unknown or
   *     out of its range
   */
  public static LockstepConfig load(ConfigSource source) {
    Config merged = Overlay.merge(source);
    ConfigObject entryDefaults = Overlay.entryDefaults();
    Reading reading = new Reading(entryDefaults, new Problems(), new ArrayList<>());
    Section root = new Section("", merged.root(), reading);
    LockstepConfig unnamed = read(root);
    reading.finish();
    return new LockstepConfig(
        unnamed.model(),
        unnamed.store(),
        unnamed.data(),
        unnamed.network(),
        unnamed.train(),
        unnamed.evaluate(),
        unnamed.gate(),
        unnamed.validate(),
        unnamed.score(),
        unnamed.lease(),
        unnamed.retention(),
        SettingsJson.of(root.settings()),
        SettingsJson.identity(root.settings()));
  }

  /** The store of settings that say nothing of it. */
  public static String defaultStore() {
    return Overlay.defaults().getString("store");
  }

  /** What {@code train} is where nobody says anything. */
  public static TrainConfig defaultTrain() {
    Reading reading = new Reading(Overlay.entryDefaults(), new Problems(), new ArrayList<>());
    TrainConfig train =
        TrainReader.read(new Section("train", Overlay.defaults().getObject("train"), reading));
    reading.finish();
    return train;
  }

  private static LockstepConfig read(Section root) {
    String model = model(root);
    String store = root.text("store");
    DataConfig data = DataReader.read(root.section("data"));
    NetworkConfig network = NetworkReader.read(root.section("network"));
    Section trainSection = root.section("train");
    TrainConfig train = TrainReader.read(trainSection);
    if (train.earlyStopping().isPresent() && !validates(data.split())) {
      trainSection.fail(
          "early-stopping",
          "Invalid train.early-stopping: data.split has no validation part (its loss decides)");
    }
    EvaluateConfig evaluate = new EvaluateConfig(DataReader.slices(root.section("evaluate")));
    GateConfig gate = GateReader.read(root.section("gate"), data.task(), evaluate.slices());
    ValidateConfig validate = ValidateReader.read(root.section("validate"));
    ScoreConfig score = score(root.section("score"));
    NightlySection.check(root.section("nightly"));
    LeaseConfig lease = KeepReader.lease(root.section("lease"));
    RetentionConfig retention = KeepReader.retention(root.section("retention"));
    return new LockstepConfig(
        model, store, data, network, train, evaluate, gate, validate, score, lease, retention, "",
        "");
  }

  private static ScoreConfig score(Section score) {
    return new ScoreConfig(
        score.optionalText("source"),
        score.has("where") ? Optional.of(score.anyText("where")) : Optional.empty(),
        score.wholeNumber("days-ahead", 0));
  }

  private static String model(Section root) {
    String model = root.text("model");
    boolean usable = MODEL.matcher(model).matches() && !model.matches("\\.{1,2}");
    return usable || root.failed("model")
        ? model
        : root.invalid(
            "model",
            "must be 1 to 100 letters, digits, '.', '_' or '-', and not '.' or '..'",
            model);
  }

  private static boolean validates(SplitConfig split) {
    return split instanceof SplitConfig.ByDays byDays
        ? byDays.validationDays() > 0
        : ((SplitConfig.ByHash) split).validation() > 0;
  }
}
