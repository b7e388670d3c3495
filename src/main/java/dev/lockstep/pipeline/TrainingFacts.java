package dev.lockstep.pipeline;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.config.SplitConfig;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.metrics.EpochRow;
import dev.lockstep.registry.Provenance;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** What is known of a training when it ends: for its provenance and for the job's result. */
final class TrainingFacts {
  private TrainingFacts() {}

  /**
   * @param last where training ended
   * @param kept whose network the version has
   */
  static Map<String, Object> of(RunContext context, Checkpoint last, Checkpoint kept, int workers) {
    LockstepConfig config = context.config();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("epochs", last.state().epoch());
    facts.put("iterations", last.state().iteration());
    facts.put("final_loss", loss(context, "train", last.state().epoch()));
    facts.put("validation_loss", loss(context, "validation", last.state().epoch()));
    facts.put("kept_epoch", kept.state().epoch());
    facts.put("stop_reason", last.progress().stopReason());
    facts.put("batch_size", config.train().batchSize());
    facts.put("seed", config.train().seed());
    facts.put("shards", config.train().shards());
    facts.put("workers", workers);
    return facts;
  }

  static Provenance provenance(
      RunContext context, PreparedData prepared, Checkpoint kept, Map<String, Object> facts) {
    LockstepConfig config = context.config();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("source", Secrets.masked(config.data().source()));
    data.put("where", config.data().where());
    data.put("days", days(context));
    data.put("split", split(config.data().split()));
    data.put("key", config.data().key());
    data.put("task", config.data().task().name().toLowerCase(Locale.ROOT));
    data.put("label", config.data().label());
    data.put("fingerprint", prepared.fingerprint());
    data.put("train_rows", prepared.trainRows());
    data.put("validation_rows", prepared.validationRows());
    data.put("test_rows", prepared.testRows());
    data.put("features", prepared.featureNames());
    data.put("classes", prepared.classes());
    return new Provenance(
        config.model(),
        context.runId().text(),
        context.runId().text(),
        context.logicalDate(),
        context.clock().instant(),
        config.json(),
        data,
        facts,
        kept.state().parametersSha256(),
        context.codeVersion(),
        environment(context));
  }

  /** The first and last day whose rows may be used; null where nothing bounds them. */
  private static Map<String, Object> days(RunContext context) {
    OptionalInt window = context.config().data().windowDays();
    Map<String, Object> days = new LinkedHashMap<>();
    days.put(
        "first",
        context
            .date()
            .filter(last -> window.isPresent())
            .map(last -> last.minusDays(window.getAsInt() - 1L).toString())
            .orElse(null));
    days.put("last", context.date().map(LocalDate::toString).orElse(null));
    return days;
  }

  private static Map<String, Object> split(SplitConfig split) {
    Map<String, Object> parts = new LinkedHashMap<>();
    if (split instanceof SplitConfig.ByDays byDays) {
      parts.put("validation_days", byDays.validationDays());
      parts.put("test_days", byDays.testDays());
    } else if (split instanceof SplitConfig.ByHash byHash) {
      parts.put("validation", byHash.validation());
      parts.put("test", byHash.test());
    }
    return parts;
  }

  private static Map<String, String> environment(RunContext context) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("java", System.getProperty("java.version"));
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    environment.put("spark", context.spark().version());
    environment.put("nd4j", String.valueOf(org.nd4j.linalg.factory.Nd4j.getBackend()));
    return environment;
  }

  /** The epoch's mean loss on a split, as its row has it; null where it has none. */
  private static Double loss(RunContext context, String split, int epoch) {
    return context.tables().epochs(context.runId().text()).stream()
        .filter(row -> row.epoch() == epoch && row.split().equals(split))
        .map(EpochRow::loss)
        .findFirst()
        .orElse(null);
  }
}
