package dev.lockstep.pipeline;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.metrics.EpochRow;
import dev.lockstep.registry.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;

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
