package dev.lockstep.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.Task;
import dev.lockstep.dataset.Features;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.dataset.Split;
import dev.lockstep.dataset.SplitReplay;
import dev.lockstep.evaluation.NetworkScorer;
import dev.lockstep.evaluation.Target;
import dev.lockstep.registry.Versions;
import dev.lockstep.registry.Versions.Version;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The predictions of another version for the test rows of a run: the same rows, labels and slices,
 * through that version's own features and network.
 */
final class HeldOut {
  private final RunContext context;
  private final PreparedData prepared;
  private final Target target;

  HeldOut(RunContext context, PreparedData prepared, Target target) {
    this.context = context;
    this.prepared = prepared;
    this.target = target;
  }

  /**
   * What a version predicts.
   *
   * @param scored columns row_id, slices, label and the prediction, of every test row; persisted
   * @param restated rows whose values in the source are others now than when they were prepared
   */
  record Predictions(Dataset<Row> scored, long restated) {}

  /**
   * Predicts from the values that the source has now.
   *
   * @throws InvalidConfigException if the version predicts something else
   * @throws RejectedDataException if it cannot take a row
   */
  Predictions predictedBy(Version version) {
    checkTask(version);
    Dataset<Row> rows = rows(version).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      checkWhole(version, rows);
      long restated = rows.filter(col(SplitReplay.RESTATED)).count();
      Dataset<Row> scored =
          scored(version, rows.drop(SplitReplay.RESTATED)).persist(StorageLevel.MEMORY_AND_DISK());
      scored.count();
      return new Predictions(scored, restated);
    } finally {
      rows.unpersist();
    }
  }

  private Dataset<Row> rows(Version version) {
    SplitReplay replay =
        new SplitReplay(
            context.config().data(),
            context.config().evaluate().slices(),
            context.date(),
            prepared,
            Split.TEST);
    try {
      return replay.through(
          Features.load(new Versions(context.store(), context.tables()).features(version)),
          context.spark());
    } catch (RejectedDataException e) {
      throw refused(version, e.getMessage(), e);
    }
  }

  private void checkWhole(Version version, Dataset<Row> rows) {
    Row counts = rows.agg(count(lit(1)), count(when(col("features").isNull(), 1))).head();
    if (counts.getLong(0) != prepared.testRows()) {
      throw refused(
          version,
          "%s has %d of the %d test rows now"
              .formatted(context.config().data().source(), counts.getLong(0), prepared.testRows()),
          null);
    }
    if (counts.getLong(1) > 0) {
      throw refused(
          version,
          "%d of %d test rows have arrays of other lengths than it was trained on"
              .formatted(counts.getLong(1), prepared.testRows()),
          null);
    }
  }

  private Dataset<Row> scored(Version version, Dataset<Row> rows) {
    byte[] network = new Versions(context.store(), context.tables()).network(version);
    List<String> classes = version.provenance().classes();
    if (target.task() != Task.MULTICLASS || classes.equals(prepared.classes())) {
      return new NetworkScorer(network, target).score(rows);
    }
    Target theirs = new Target(Task.MULTICLASS, classes.size());
    int[] places = prepared.classes().stream().mapToInt(classes::indexOf).toArray();
    UDF1<Seq<Double>, double[]> reorder =
        probabilities -> {
          List<Double> given = JavaConverters.seqAsJavaList(probabilities);
          double[] own = new double[places.length];
          for (int i = 0; i < own.length; i++) {
            own[i] = places[i] < 0 ? 0 : given.get(places[i]);
          }
          return own;
        };
    String column = target.predictionColumn();
    return new NetworkScorer(network, theirs)
        .score(rows)
        .withColumn(
            column,
            udf(reorder, DataTypes.createArrayType(DataTypes.DoubleType, false))
                .apply(col(column)));
  }

  private void checkTask(Version version) {
    Task theirs = version.provenance().task();
    if (theirs != target.task()) {
      throw new InvalidConfigException(
          "Cannot compare with champion %s: its data.task is %s (jobs/promote --version makes another one champion)"
              .formatted(version.provenance().version(), theirs.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static RejectedDataException refused(Version version, String why, Throwable cause) {
    return new RejectedDataException(
        "Cannot compare with champion %s: %s (jobs/promote --version makes another one champion)"
            .formatted(version.provenance().version(), why),
        cause);
  }
}
