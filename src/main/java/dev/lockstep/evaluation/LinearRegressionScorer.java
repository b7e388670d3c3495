package dev.lockstep.evaluation;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** MLlib's least squares. */
final class LinearRegressionScorer implements Scorer {
  private static final int MOST_ITERATIONS = 100;

  /**
   * So little that it only decides between equals: one-hot columns determine their coefficients up
   * to a shift.
   */
  private static final double RIDGE = 1e-6;

  private final LinearRegressionModel model;

  private LinearRegressionScorer(LinearRegressionModel model) {
    this.model = model;
  }

  static LinearRegressionScorer fit(Dataset<Row> train, Target target) {
    LinearRegression regression =
        new LinearRegression()
            .setMaxIter(MOST_ITERATIONS)
            .setRegParam(RIDGE)
            .setPredictionCol(target.predictionColumn());
    return new LinearRegressionScorer(regression.fit(TrainingVectors.of(train)));
  }

  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    return model
        .transform(
            rows.withColumn(NetworkScorer.FEATURES, array_to_vector(col(NetworkScorer.FEATURES))))
        .drop(NetworkScorer.FEATURES);
  }
}
