package dev.lockstep.storage.lease;

import dev.lockstep.storage.Store;
import org.apache.hadoop.fs.Path;

/**
 * What a lease is for.
 *
 * @param directory of its files
 * @param subject for people, such as {@code run flights-all-964dbc3e}
 */
public record LeaseName(Store store, Path directory, String subject) {

  /** One driver at a time prepares, trains and evaluates a run. */
  public static LeaseName ofRun(Store store, String runId) {
    return new LeaseName(store, store.runLease(runId), "run " + runId);
  }

  /**
   * One driver at a time writes a model's predictions for a date.
   *
   * @param folder of the date
   */
  public static LeaseName ofPredictions(Store store, String model, String folder) {
    return new LeaseName(
        store,
        store.predictionsLease(model, folder),
        "the predictions of %s for %s".formatted(model, folder));
  }

  /** One driver at a time decides about the versions of a model. */
  public static LeaseName ofModel(Store store, String model) {
    return new LeaseName(store, store.modelLease(model), "model " + model);
  }
}
