package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.expr;

import dev.lockstep.config.Task;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Predicts rows by a network, distributed.
 *
 * <p>A product's rounding depends on the rows that are multiplied together. So rows are brought together
 * in chunks of 1024 consecutive row_ids, whatever partitions they come in, and a chunk is one
 * batch: the same set of rows gets the same bits on one CPU type. Of a part of the rows, chunks are
 * smaller, and predictions may differ in the last bits.
 */
public final class NetworkScorer implements Scorer {
  static final int CHUNK_ROWS = 1024;
  static final String FEATURES = "features";

  private final byte[] network;
  private final Target target;

  /**
   * A scorer by a network in DL4J's own zip format.
   *
   * @param network the bytes of a MultiLayerNetwork, or of a ComputationGraph of one input and output
   */
  public NetworkScorer(byte[] network, Target target) {
    this.network = network.clone();
    this.target = target;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the network cannot be read, or does not fit the rows or the target
   */
  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    StructType schema = scoredSchema(rows.schema());
    checkFit(rows);
    Broadcast<byte[]> broadcast =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(network);
    int[] kept = List.of(schema.names()).subList(0, schema.size() - 1).stream()
            .mapToInt(rows.schema()::fieldIndex).toArray();
    ChunkScoring scoring =
        new ChunkScoring(
            broadcast,
            target,
            kept,
            rows.schema().fieldIndex(ScoredRow.ROW_ID),
            rows.schema().fieldIndex(FEATURES));
    return rows.repartition(expr("row_id div " + CHUNK_ROWS))
        .sortWithinPartitions(ScoredRow.ROW_ID)
        .mapPartitions(scoring, Encoders.row(schema));
  }

  private StructType scoredSchema(StructType schema) {
    String added = target.predictionColumn();
    if (List.of(schema.names()).contains(added)) {
      throw new IllegalArgumentException(
          "Invalid column: " + added + " (the name is kept for the prediction)");
    }
    StructType scored = new StructType();
    for (StructField field : schema.fields()) {
      if (!field.name().equals(FEATURES)) {
        scored = scored.add(field);
      }
    }
    DataType type =
        target.task() == Task.MULTICLASS
            ? DataTypes.createArrayType(DataTypes.DoubleType, false)
            : DataTypes.DoubleType;
    return scored.add(added, type, false);
  }

  /** Tries the network on one row here, so that a misfit is one line and not a failed stage. */
  private void checkFit(Dataset<Row> rows) {
    InferenceNetwork reader = InferenceNetwork.read(network);
    List<Row> first = rows.select(FEATURES).takeAsList(1);
    if (!first.isEmpty()) {
      float[][] features = {ChunkScoring.features(first.get(0), 0)};
      try {
        reader.predict(features, target.width());
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "Cannot score rows of " + features[0].length + " features: " + e.getMessage().lines().findFirst().orElse(""), e);
      }
    }
  }
}
