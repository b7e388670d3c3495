package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;

import dev.lockstep.config.Task;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Predicts rows by a network, distributed.
 *
 * <p>A product's rounding depends on the rows that are multiplied together. So rows are brought
 * together in chunks of 1024 consecutive row_ids, whatever partitions they come in, and a chunk is
 * one batch: the same set of rows gets the same bits on one CPU type. Of a part of the rows, chunks
 * are smaller, and predictions may differ in the last bits.
 */
public final class NetworkScorer implements Scorer {
  static final int CHUNK_ROWS = 1024;
  static final String FEATURES = "features";

  private final byte[] network;
  private final Target target;

  /**
   * A scorer by a network in DL4J's own zip format.
   *
   * @param network the bytes of a MultiLayerNetwork, or of a ComputationGraph of one input and
   *     output
   */
  public NetworkScorer(byte[] network, Target target) {
    this.network = network.clone();
    this.target = target;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the network cannot be read, or does not fit the rows or the
   *     target
   */
  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    StructType kept = keptSchema(rows.schema());
    checkFit(rows);
    Broadcast<byte[]> broadcast =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(network);
    return chunks(rows, kept)
        .mapPartitions(
            new ChunkScoring(broadcast, target, kept.fieldIndex(ScoredRow.ROW_ID)),
            Encoders.row(scoredSchema(kept)));
  }

  /** Kept columns and features of whole chunks in order. */
  private static Dataset<Tuple2<Row, float[]>> chunks(Dataset<Row> rows, StructType kept) {
    Column[] columns =
        Arrays.stream(kept.names())
            .map(name -> col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    return rows.repartition(expr("row_id div " + CHUNK_ROWS))
        .sortWithinPartitions(ScoredRow.ROW_ID)
        .select(struct(columns).as("_1"), col(FEATURES).as("_2"))
        .as(
            Encoders.tuple(
                Encoders.row(kept), rows.sparkSession().implicits().newFloatArrayEncoder()));
  }

  private StructType keptSchema(StructType schema) {
    String added = target.predictionColumn();
    if (List.of(schema.names()).contains(added)) {
      throw new IllegalArgumentException(
          "Invalid column: " + added + " (the name is kept for the prediction)");
    }
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !field.name().equals(FEATURES))
            .toArray(StructField[]::new));
  }

  private StructType scoredSchema(StructType kept) {
    DataType type =
        target.task() == Task.MULTICLASS
            ? DataTypes.createArrayType(DataTypes.DoubleType, false)
            : DataTypes.DoubleType;
    return kept.add(target.predictionColumn(), type, false);
  }

  /** Tries the network on one row here, so that a misfit is one line and not a failed stage. */
  private void checkFit(Dataset<Row> rows) {
    InferenceNetwork reader = InferenceNetwork.read(network);
    List<float[]> first =
        rows.select(FEATURES)
            .as(rows.sparkSession().implicits().newFloatArrayEncoder())
            .takeAsList(1);
    if (!first.isEmpty()) {
      float[][] features = {first.get(0)};
      try {
        reader.predict(features, target.width());
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "Cannot score rows of "
                + features[0].length
                + " features: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
            e);
      }
    }
  }
}
