package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.config.ConfigLoader;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The demo's flights from their files to predictions on disk, against the same features with the
 * network in a UDF that is called a row at a time, and without the network.
 */
final class ScoreRows implements Section {
  private static final String WHAT = "flights, 222-128-64-32-1";

  @Override
  public void run(Ground ground, Table table) throws Exception {
    boolean quick = ground.effort().equals(Effort.QUICK);
    Progress.say("score: the demo's features");
    LockstepConfig config = ConfigLoader.load(Path.of("conf/flights.conf"), "data.where=month = 1");
    Path folder = Files.createTempDirectory(ground.scratch(), "score");
    Store store =
        Store.open(folder.toString(), ground.spark().sparkContext().hadoopConfiguration());
    PreparedData prepared =
        new Preparation(ground.spark(), store, config.data(), config.evaluate())
            .prepare(
                "bench",
                Optional.empty(),
                new Validation(config.validate(), Past::none),
                line -> Progress.say("%s", line));
    Features features = Features.load(prepared.features());
    ScoringRows source =
        ScoringRows.open(
            ground.spark(),
            config.data(),
            new ScoringRows.Request(
                config.data().source(), quick ? "month = 1" : "month <= 3", Optional.empty()));
    Dataset<Row> rows = source.withFeatures(features, List.of());
    long count = rows.count();
    byte[] network = network(config, prepared);
    Target target = new Target(config.data().task(), prepared.classes().size());
    int width = prepared.featureWidth();
    PredictionFile file = PredictionFile.of(store, config.model(), Optional.empty());
    RowsPeer ours =
        new RowsPeer(
            "Lockstep",
            count,
            () ->
                file.replace(
                    new Predictor(network, target, prepared.classes()).predict(rows, width),
                    Map.of()));
    String elsewhere = folder.resolve("peer").toString();
    RowsPeer udf =
        new RowsPeer(
            "DL4J in a UDF",
            count,
            () ->
                write(
                    rows.withColumn("probability", RowUdf.of(network).apply(rows.col("features"))),
                    elsewhere));
    RowsPeer spark =
        new RowsPeer(
            "plain Spark, no network",
            count,
            () ->
                write(
                    rows.withColumn("probability", functions.element_at(rows.col("features"), 1)),
                    elsewhere));
    Progress.say("score: %,d rows", count);
    double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(ours, udf, spark));
    table.add(
        Outcome.atLeast(
            new Goal("DL4J in a UDF, a row at a time", WHAT, 5),
            "rows/s",
            rates[0],
            rates[1],
            "files to files, the same MLlib features"));
    table.add(
        Outcome.atLeast(
            new Goal("plain Spark, features without a network", WHAT, 1 / 1.2),
            "rows/s",
            rates[0],
            rates[2],
            "files to files"));
  }

  private static void write(Dataset<Row> rows, String folder) {
    rows.drop("features").write().mode("overwrite").parquet(folder);
  }

  /** Untrained: weights do not change the time. */
  private static byte[] network(LockstepConfig config, PreparedData prepared) throws Exception {
    NetworkShape shape = new NetworkShape(config.data().task(), prepared.featureWidth(), 2);
    Blueprint blueprint = Blueprint.ofLayers(config.network(), config.train(), shape);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    new NetworkFile(blueprint, blueprint.build().state()).write(zip);
    return zip.toByteArray();
  }
}
