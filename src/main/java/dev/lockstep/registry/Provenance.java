package dev.lockstep.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.Task;
import dev.lockstep.storage.StoreException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a version comes from: kept inside it, so that the model alone answers the question.
 *
 * @param logicalDate null where the run has none
 * @param config the run's effective settings, JSON text
 * @param data what was trained on: source, window, rows by split, fingerprint
 * @param training what was done: epochs, iterations, losses, seed, shards, stop reason
 * @param parametersSha256 over the flat parameters of {@code network.zip}
 * @param codeVersion of this program
 * @param environment Java, Spark, CPU architecture and native build: what the same bits depend on
 */
public record Provenance(
    String model,
    String version,
    String runId,
    LocalDate logicalDate,
    Instant createdAt,
    String config,
    Map<String, Object> data,
    Map<String, Object> training,
    String parametersSha256,
    String codeVersion,
    Map<String, String> environment) {

  /** The names of the classes, in the order of their index; none for a regression. */
  public List<String> classes() {
    return names("classes");
  }

  /** The names of the features, in their order. */
  public List<String> features() {
    return names("features");
  }

  /**
   * What the version predicts, by the settings that it was trained with.
   *
   * @throws StoreException if these do not say
   */
  public Task task() {
    try {
      String name = new ObjectMapper().readTree(config).at("/data/task").asText();
      return Task.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new StoreException(
          "Invalid provenance: " + version + " of " + model + " (no data.task in its settings)", e);
    }
  }

  private List<String> names(String key) {
    return data.get(key) instanceof List<?> names
        ? names.stream().map(String::valueOf).toList()
        : List.of();
  }
}
