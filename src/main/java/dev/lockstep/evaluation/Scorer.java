package dev.lockstep.evaluation;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Predicts rows: a network, or a baseline. */
public interface Scorer {
  /**
   * The rows with their predictions. A row's prediction does not depend on the partitioning.
   *
   * @param rows columns row_id (long), features (array&lt;float&gt;) and any others
   * @return the same columns but features, and {@link Target#predictionColumn()}; lazy: the
   *     predictions are made anew whenever the result is used, unless it is persisted
   */
  Dataset<Row> score(Dataset<Row> rows);
}
