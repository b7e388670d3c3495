package dev.lockstep.bench;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.dataset.Features;
import dev.lockstep.dataset.Preparation;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.ScoringRows;
import dev.lockstep.evaluation.Predictor;
import dev.lockstep.evaluation.Target;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkFile;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.prediction.PredictionFile;
import dev.lockstep.storage.Store;
import dev.lockstep.validation.Past;
import dev.lockstep.validation.Validation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Flights with the demo's features, scored in three ways.
 *
 * @param rows with features, unread
 * @param count of them
 * @param network in DL4J's zip format, untrained: weights do not change the time
 * @param folder where predictions go, of any file system
 */
record Scoring(
    Dataset<Row> rows,
    long count,
    PreparedData prepared,
    byte[] network,
    Target target,
    PredictionFile file,
    String folder) {

  /** A quarter's flights of the settings' source, and features fitted to those of its filter. */
  static Scoring of(Ground ground, LockstepConfig config, String folder) throws IOException {
    Progress.say("score: the demo's features");
    Store store = Store.open(folder, ground.spark().sparkContext().hadoopConfiguration());
    PreparedData prepared =
        new Preparation(ground.spark(), store, config.data(), config.evaluate())
            .prepare(
                "bench",
                Optional.empty(),
                new Validation(config.validate(), Past::none),
                line -> Progress.say("%s", line));
    String where = ground.effort().equals(Effort.QUICK) ? "month = 1" : "month <= 3";
    ScoringRows source =
        ScoringRows.open(
            ground.spark(),
            config.data(),
            new ScoringRows.Request(config.data().source(), where, Optional.empty()));
    Dataset<Row> rows = source.withFeatures(Features.load(prepared.features()), List.of());
    long count = rows.count();
    Progress.say("score: %,d rows", count);
    return new Scoring(
        rows,
        count,
        prepared,
        network(config, prepared),
        new Target(config.data().task(), prepared.classes().size()),
        PredictionFile.of(store, config.model(), Optional.empty()),
        folder);
  }

  /** Files to predictions in one file. */
  RowsPeer ours() {
    return new RowsPeer(
        "Lockstep",
        count,
        () ->
            file.replace(
                new Predictor(network, target, prepared.classes())
                    .predict(rows, prepared.featureWidth()),
                Map.of()));
  }

  /** The network called a row at a time. */
  RowsPeer udf() {
    return new RowsPeer(
        "DL4J in a UDF",
        count,
        () ->
            write(rows.withColumn("probability", RowUdf.of(network).apply(rows.col("features")))));
  }

  /** The features, but no network. */
  RowsPeer plain() {
    return new RowsPeer(
        "plain Spark, no network",
        count,
        () -> write(rows.withColumn("probability", functions.element_at(rows.col("features"), 1))));
  }

  private void write(Dataset<Row> predicted) {
    predicted.drop("features").write().mode("overwrite").parquet(folder + "/peer");
  }

  private static byte[] network(LockstepConfig config, PreparedData prepared) throws IOException {
    NetworkShape shape = new NetworkShape(config.data().task(), prepared.featureWidth(), 2);
    Blueprint blueprint = Blueprint.ofLayers(config.network(), config.train(), shape);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    new NetworkFile(blueprint, blueprint.build().state()).write(zip);
    return zip.toByteArray();
  }
}
