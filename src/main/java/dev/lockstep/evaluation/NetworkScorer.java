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
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Predicts rows by a network, distributed.
 *
 * <p>Rows are brought together in chunks of 1024 consecutive row_ids, whatever partitions they come
 * in, and a chunk is one batch: the same rows give the same bits on one CPU type, whatever the
 * network. {@link Predictor} does without, and gives the same bits for stacks of plain layers.
 */
public final class NetworkScorer implements Scorer {
  static final int CHUNK_ROWS = InferenceNetwork.ROWS;
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
    StructType kept = FeatureRows.kept(rows.schema(), List.of(target.predictionColumn()));
    FeatureRows.checkFit(rows, InferenceNetwork.read(network), target);
    Broadcast<byte[]> broadcast =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(network);
    return chunks(rows, kept)
        .mapPartitions(
            new ChunkScoring(broadcast, target, kept.fieldIndex(ScoredRow.ROW_ID)),
            Encoders.row(scoredSchema(kept)));
  }

  /** Kept columns and features of whole chunks in order. */
  private static Dataset<Tuple2<Row, float[]>> chunks(Dataset<Row> rows, StructType kept) {
    Dataset<Row> sorted =
        rows.repartition(expr("row_id div " + CHUNK_ROWS)).sortWithinPartitions(ScoredRow.ROW_ID);
    return FeatureRows.of(sorted, kept);
  }

  private StructType scoredSchema(StructType kept) {
    DataType type =
        target.task() == Task.MULTICLASS
            ? DataTypes.createArrayType(DataTypes.DoubleType, false)
            : DataTypes.DoubleType;
    return kept.add(target.predictionColumn(), type, false);
  }
}
