package dev.lockstep.registry;

import java.time.Instant;
import java.time.LocalDate;
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
    Map<String, String> environment) {}
