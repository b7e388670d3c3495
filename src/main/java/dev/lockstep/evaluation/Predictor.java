package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Predicts rows for their user, in one pass and without moving them: each partition is a stream of
 * batches.
 *
 * <p>A row gets what an {@link Evaluator} sees of it from a {@link NetworkScorer}, and what the
 * evaluator makes of it: to the bit, for any partitioning, where the network is a stack of plain
 * layers (see {@link RowwiseLayers}); to rounding where it is another. A row without features, or
 * whose output is no finite number, gets nulls.
 */
public final class Predictor {
  /** The class (binary: int 0 or 1; multiclass: string) or the value (regression: double). */
  public static final String PREDICTION = "prediction";

  /** Of class 1 (binary: double), or of each class in their order (multiclass: array). */
  public static final String PROBABILITY = "probability";

  private final byte[] network;
  private final Target target;
  private final List<String> classes;

  /**
   * A predictor by a network in DL4J's own zip format.
   *
   * @param classes names in the order of their index; none for a regression
   */
  public Predictor(byte[] network, Target target, List<String> classes) {
    this.network = network.clone();
    this.target = target;
    this.classes = List.copyOf(classes);
  }

  /**
   * The rows with {@link #PREDICTION}, and of a classification {@link #PROBABILITY} after it; lazy.
   *
   * @param rows columns features (array&lt;float&gt;) and any others
   * @param width the features of a row with features
   * @throws IllegalArgumentException if the network cannot be read, or does not fit the width or
   *     the target, or a column has a prediction's name
   */
  public Dataset<Row> predict(Dataset<Row> rows, int width) {
    StructType kept = FeatureRows.kept(rows.schema(), List.of(PREDICTION, PROBABILITY));
    FeatureRows.checkFit(new float[width], InferenceNetwork.read(network), target);
    Broadcast<byte[]> broadcast =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(network);
    return FeatureRows.of(rows, kept)
        .mapPartitions(new BatchPrediction(broadcast, target, classes), Encoders.row(schema(kept)));
  }

  private StructType schema(StructType kept) {
    return switch (target.task()) {
      case BINARY ->
          kept.add(PREDICTION, DataTypes.IntegerType).add(PROBABILITY, DataTypes.DoubleType);
      case MULTICLASS ->
          kept.add(PREDICTION, DataTypes.StringType)
              .add(PROBABILITY, DataTypes.createArrayType(DataTypes.DoubleType, false));
      case REGRESSION -> kept.add(PREDICTION, DataTypes.DoubleType);
    };
  }

  /** How many columns a task's predictions have. */
  static int columns(Target target) {
    return target.task() == Task.REGRESSION ? 1 : 2;
  }
}
