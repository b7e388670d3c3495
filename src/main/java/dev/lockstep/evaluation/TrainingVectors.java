package dev.lockstep.evaluation;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Training rows as MLlib wants them, in an order that does not depend on how they come.
 *
 * <p>MLlib adds its partitions' sums as they arrive, so only a fit on one partition gives the same
 * bits every time. Up to 32 million values (256 MB) it gets one; beyond that, as many as it takes,
 * and its coefficients may then differ in their last bits from run to run.
 */
final class TrainingVectors {
  private static final long VALUES_PER_PARTITION = 32_000_000;

  private TrainingVectors() {}

  /** Columns features (a vector of doubles) and label. */
  static Dataset<Row> of(Dataset<Row> train) {
    long width = train.select(expr("size(features)")).head().getInt(0);
    long partitions = 1 + train.count() * width / VALUES_PER_PARTITION;
    return train
        .select(ScoredRow.ROW_ID, NetworkScorer.FEATURES, ScoredRow.LABEL)
        .repartition((int) partitions, expr("row_id div " + NetworkScorer.CHUNK_ROWS))
        .sortWithinPartitions(ScoredRow.ROW_ID)
        .select(
            array_to_vector(col(NetworkScorer.FEATURES)).as(NetworkScorer.FEATURES),
            col(ScoredRow.LABEL));
  }
}
