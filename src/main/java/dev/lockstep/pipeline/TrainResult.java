package dev.lockstep.pipeline;

import dev.lockstep.registry.Versions.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/** A trained run, as the job prints it. */
public record TrainResult(Version version, Map<String, Object> values) {

  /** A run that was done before. */
  static TrainResult of(RunContext context, Version version) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("run_id", context.runId().text());
    values.putAll(version.provenance().training());
    values.put("parameters_sha256", version.provenance().parametersSha256());
    values.put("version", version.provenance().version());
    values.put("path", version.path().toString());
    values.put("attempt", null);
    values.put("resumed_from", null);
    return new TrainResult(version, values);
  }

  /**
   * The same, trained by this attempt.
   *
   * @param iteration updates that earlier attempts had done
   */
  TrainResult ofAttempt(int attempt, int iteration, int workers) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put("workers", workers);
    more.put("attempt", attempt);
    more.put("resumed_from", iteration == 0 ? null : iteration);
    return new TrainResult(version, more);
  }
}
