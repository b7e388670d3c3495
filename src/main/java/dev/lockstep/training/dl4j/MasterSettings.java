package dev.lockstep.training.dl4j;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.spark.storage.StorageLevel;

/**
 * What a user sets.
 *
 * @param batchSize samples that make one weight update, over the whole cluster
 * @param shards S: fixed parts of the training set; decides the order of sums, so the result's bits
 * @param workers W; null: as many as there are free slots, at most {@code shards}
 * @param seed of sample order and dropout
 * @param maxAttempts how often a round is tried when workers fail
 * @param timeoutMillis how long a round may stand still before it counts as failed
 * @param iterationsPerRound after which the network comes to the driver; null: each epoch
 * @param storageLevel Spark's name of it: how the RDD itself is kept while it is trained on; null:
 *     as it is
 */
record MasterSettings(
    int batchSize,
    int shards,
    Integer workers,
    long seed,
    int maxAttempts,
    long timeoutMillis,
    Integer iterationsPerRound,
    String storageLevel) {

  private static final List<String> STORAGE_LEVELS =
      List.of(
          "DISK_ONLY",
          "DISK_ONLY_2",
          "DISK_ONLY_3",
          "MEMORY_ONLY",
          "MEMORY_ONLY_2",
          "MEMORY_ONLY_SER",
          "MEMORY_ONLY_SER_2",
          "MEMORY_AND_DISK",
          "MEMORY_AND_DISK_2",
          "MEMORY_AND_DISK_SER",
          "MEMORY_AND_DISK_SER_2",
          "OFF_HEAP");

  MasterSettings {
    requireCount("batchSize", batchSize);
    requireCount("shards", shards);
    requireCount("maxAttempts", maxAttempts);
    if (workers != null) {
      requireCount("workers", workers);
      require(
          workers <= shards, "workers", workers, "must be at most shards, %d".formatted(shards));
    }
    if (iterationsPerRound != null) {
      requireCount("iterationsPerRound", iterationsPerRound);
    }
    require(timeoutMillis >= 1000, "timeout", timeoutMillis + " ms", "must be at least 1 second");
    require(
        storageLevel == null || STORAGE_LEVELS.contains(storageLevel),
        "storageLevel",
        storageLevel,
        "must be one of " + String.join(", ", STORAGE_LEVELS));
  }

  Duration timeout() {
    return Duration.ofMillis(timeoutMillis);
  }

  /** Spark's name of a level; null for null. */
  static String nameOf(StorageLevel level) {
    return level == null
        ? null
        : STORAGE_LEVELS.stream()
            .filter(name -> StorageLevel.fromString(name).equals(level))
            .findFirst()
            .orElse(level.description().toLowerCase(Locale.ROOT));
  }

  private static void requireCount(String what, int actual) {
    require(actual >= 1, what, actual, "must be at least 1");
  }

  private static void require(boolean holds, String what, Object actual, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid " + what + ": " + actual + " (" + rule + ")");
    }
  }
}
