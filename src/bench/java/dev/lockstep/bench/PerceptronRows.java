package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.training.shard.ShardedSet;
import java.util.Locale;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Against Spark's MultilayerPerceptronClassifier: the time until the held-out log-loss is what
 * Spark's L-BFGS ends at with its default settings. Both have sigmoid layers of the same widths;
 * both start from the same cached rows, and the time is all that is waited for from there: the
 * engine's has its layout on the workers and a validation pass an epoch in it.
 */
final class PerceptronRows implements Section {
  private static final int MAX_EPOCHS = 500;
  private static final int HELD_OUT = 10_000;
  private static final StructType SCHEMA =
      new StructType().add("features", new VectorUDT()).add("label", DataTypes.DoubleType);

  @Override
  public void run(Ground ground, Table table) {
    int samples = ground.effort().samples(1024 * 60);
    compare(ground, table, new Workload(Workload.NARROW, "sigmoid", 256, samples), HELD_OUT);
  }

  private static void compare(Ground ground, Table table, Workload workload, int heldOut) {
    Progress.say("perceptron: %s", workload.network());
    SparkSession spark = ground.spark();
    int end = workload.samples() + heldOut;
    Dataset<Row> training = vectors(spark, workload, 0, workload.samples());
    Dataset<Row> validation = vectors(spark, workload, workload.samples(), end);
    double theirs = Double.MAX_VALUE;
    double ours = Double.MAX_VALUE;
    double loss = Double.NaN;
    int iterations = 0;
    Reached reached = null;
    try (HeldOut data = HeldOut.of(spark, workload, heldOut)) {
      classifier(workload).setMaxIter(3).fit(training);
      for (int turn = 0; turn < ground.effort().turns(); turn++) {
        long started = System.nanoTime();
        MultilayerPerceptronClassificationModel model = classifier(workload).fit(training);
        theirs = Math.min(theirs, (System.nanoTime() - started) / 1e9);
        iterations = model.summary().totalIterations();
        loss = logLoss(model, validation);
        if (turn == 0) {
          data.until(loss); // to warm up
        }
        reached = data.until(loss);
        ours = Math.min(ours, reached.seconds());
      }
    }
    training.unpersist();
    validation.unpersist();
    table.add(
        Outcome.faster(
            new Goal("Spark MLP, time to the same log-loss", workload.network() + ", sigmoid", 5),
            ours,
            theirs,
            String.format(
                Locale.ROOT,
                "%,d samples; %.4f on %,d others after %d iterations of L-BFGS; %.4f after %d"
                    + " epochs of Adam, batch %d",
                workload.samples(),
                loss,
                heldOut,
                iterations,
                reached.loss(),
                reached.epochs(),
                workload.batch())));
  }

  /** Where the engine got below a loss. */
  private record Reached(double seconds, int epochs, double loss) {}

  /** The engine's side: the same samples. */
  private record HeldOut(
      SparkSession spark, Workload workload, ShardedSet.Rows training, ShardedSet.Rows validation)
      implements AutoCloseable {

    static HeldOut of(SparkSession spark, Workload workload, int heldOut) {
      int from = workload.samples();
      return new HeldOut(
          spark,
          workload,
          cached(LockstepData.rows(spark, workload, 0, from)),
          cached(LockstepData.rows(spark, workload, from, from + heldOut)));
    }

    private static ShardedSet.Rows cached(ShardedSet.Rows rows) {
      rows.data().cache().count();
      return rows;
    }

    Reached until(double target) {
      long started = System.nanoTime();
      try (LockstepData data =
              new LockstepData(
                  spark, training, validation, new LockstepData.Layout(workload.inputs(), 2));
          LockstepPeer peer = data.peer(workload)) {
        for (int epoch = 1; epoch <= MAX_EPOCHS; epoch++) {
          double loss = peer.epoch().validation().loss().orElseThrow();
          if (loss <= target) {
            return new Reached((System.nanoTime() - started) / 1e9, epoch, loss);
          }
        }
      }
      return new Reached(Double.POSITIVE_INFINITY, MAX_EPOCHS, Double.NaN);
    }

    @Override
    public void close() {
      training.data().unpersist();
      validation.data().unpersist();
    }
  }

  private static MultilayerPerceptronClassifier classifier(Workload workload) {
    return new MultilayerPerceptronClassifier()
        .setLayers(workload.widths().stream().mapToInt(Integer::intValue).toArray())
        .setSeed(7);
  }

  private static double logLoss(
      MultilayerPerceptronClassificationModel model, Dataset<Row> validation) {
    MapFunction<Row, Double> loss =
        row -> -Math.log(((Vector) row.get(0)).apply((int) row.getDouble(1)));
    return model
        .transform(validation)
        .select("probability", "label")
        .map(loss, Encoders.DOUBLE())
        .selectExpr("avg(value)")
        .first()
        .getDouble(0);
  }

  private static Dataset<Row> vectors(SparkSession spark, Workload workload, int from, int to) {
    MapFunction<Long, Row> row =
        id -> {
          float[] floats = workload.features(id);
          double[] features = new double[floats.length];
          for (int i = 0; i < features.length; i++) {
            features[i] = floats[i];
          }
          return RowFactory.create(Vectors.dense(features), (double) workload.label(floats));
        };
    Dataset<Row> rows = spark.range(from, to, 1, 2).map(row, Encoders.row(SCHEMA)).cache();
    rows.count();
    return rows;
  }
}
