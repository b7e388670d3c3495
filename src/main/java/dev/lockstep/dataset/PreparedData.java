package dev.lockstep.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import dev.lockstep.validation.CheckResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A run's samples in the store, complete.
 *
 * <p>{@code <path>/{train,validation,test}/*.parquet} have the columns {@code row_id long} (0 to
 * rows - 1 in each split, by key), key, date, slice columns, {@code event_date} where a timestamp
 * of the key is the date, {@code features array<float>} of shape [featureWidth], and {@code label
 * double} (class index, or the real value). {@code <path>/features} is for {@link Features#load}.
 *
 * @param featureNames one for each element of the features
 * @param classes in the order of their index; none for regression
 * @param fingerprint 64 hex digits: the same for the same source rows in any order and layout
 * @param checks of the source's rows, all passed
 * @param startedFrom the version whose features these are, and whose weights training starts from;
 *     null: none
 * @param startedAfresh why training does not start from the champion, though the settings say so;
 *     null: it does, or there is none, or they do not
 * @param reused true if an earlier attempt of the run has prepared them
 */
public record PreparedData(
    Path path,
    long trainRows,
    long validationRows,
    long testRows,
    int featureWidth,
    List<String> featureNames,
    List<String> classes,
    String fingerprint,
    List<CheckResult> checks,
    String startedFrom,
    String startedAfresh,
    boolean reused) {
  private static final String STARTED_FROM = "started_from";
  private static final String STARTED_AFRESH = "started_afresh";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Empty if the run has no prepared data yet.
   *
   * @throws StoreException if the store cannot be read
   */
  public static Optional<PreparedData> open(Store store, String runId) {
    return CommittedDirectory.read(store, store.prepared(runId)).map(PreparedData::of);
  }

  /**
   * The data of a run that must have been prepared.
   *
   * @param remedy said to the user where there are none
   * @throws InvalidConfigException if the run has no prepared data
   * @throws StoreException if the store cannot be read
   */
  public static PreparedData required(Store store, String runId, String remedy) {
    return open(store, runId)
        .orElseThrow(
            () ->
                new InvalidConfigException(
                    "Missing prepared data: run %s (%s)".formatted(runId, remedy)));
  }

  /**
   * Compares every file with the manifest, on all task slots at once.
   *
   * @return the problem with the first file that is missing or differs; empty if all are whole
   */
  public Optional<String> damage(SparkSession spark, Store store) {
    return FileCheck.firstProblem(spark, store, path);
  }

  static PreparedData of(CommittedDirectory directory) {
    return fromProperties(directory.path(), directory.manifest().properties());
  }

  /** Where the split's Parquet files are; there is at least one, also without rows. */
  public Path path(Split split) {
    return new Path(path, split.lowerName());
  }

  /** The fitted {@link Features}. */
  public Path features() {
    return new Path(path, Names.FEATURES);
  }

  public long rows(Split split) {
    return switch (split) {
      case TRAIN -> trainRows;
      case VALIDATION -> validationRows;
      case TEST -> testRows;
    };
  }

  Map<String, String> toProperties() {
    Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "train_rows", Long.toString(trainRows),
                "validation_rows", Long.toString(validationRows),
                "test_rows", Long.toString(testRows),
                "feature_width", Integer.toString(featureWidth),
                "feature_names", json(featureNames),
                "classes", json(classes),
                "fingerprint", fingerprint,
                "checks", json(checks)));
    if (startedFrom != null) {
      properties.put(STARTED_FROM, startedFrom);
    }
    if (startedAfresh != null) {
      properties.put(STARTED_AFRESH, startedAfresh);
    }
    return properties;
  }

  private static PreparedData fromProperties(Path path, Map<String, String> properties) {
    try {
      return new PreparedData(
          path,
          Long.parseLong(properties.get("train_rows")),
          Long.parseLong(properties.get("validation_rows")),
          Long.parseLong(properties.get("test_rows")),
          Integer.parseInt(properties.get("feature_width")),
          JSON.readValue(properties.get("feature_names"), new TypeReference<List<String>>() {}),
          JSON.readValue(properties.get("classes"), new TypeReference<List<String>>() {}),
          properties.get("fingerprint"),
          JSON.readValue(properties.get("checks"), new TypeReference<List<CheckResult>>() {}),
          properties.get(STARTED_FROM),
          properties.get(STARTED_AFRESH),
          true);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new StoreException("Invalid manifest: " + path + " (not one of prepared data)", e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write as JSON: " + value, e);
    }
  }
}
