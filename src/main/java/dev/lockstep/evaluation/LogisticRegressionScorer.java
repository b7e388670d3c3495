package dev.lockstep.evaluation;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;

import dev.lockstep.config.Task;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** MLlib's logistic regression: binomial for a binary target, multinomial for more classes. */
final class LogisticRegressionScorer implements Scorer {
  private static final int MOST_ITERATIONS = 100;

  /**
   * So little that it only decides between equals: one-hot columns determine their coefficients up
   * to a shift.
   */
  private static final double RIDGE = 1e-6;

  private final LogisticRegressionModel model;
  private final Target target;

  private LogisticRegressionScorer(LogisticRegressionModel model, Target target) {
    this.model = model;
    this.target = target;
  }

  static LogisticRegressionScorer fit(Dataset<Row> train, Target target) {
    Dataset<Row> vectors = TrainingVectors.of(train);
    // The label's metadata tells MLlib of classes that no training row has.
    Column label =
        col(ScoredRow.LABEL)
            .as(
                ScoredRow.LABEL,
                NominalAttribute.defaultAttr()
                    .withName(ScoredRow.LABEL)
                    .withNumValues(target.classes())
                    .toMetadata());
    LogisticRegression regression =
        new LogisticRegression()
            .setFamily(target.task() == Task.BINARY ? "binomial" : "multinomial")
            .setMaxIter(MOST_ITERATIONS)
            .setRegParam(RIDGE)
            .setRawPredictionCol("")
            .setPredictionCol("");
    return new LogisticRegressionScorer(
        regression.fit(vectors.select(col(NetworkScorer.FEATURES), label)), target);
  }

  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    Dataset<Row> scored =
        model.transform(
            rows.withColumn(NetworkScorer.FEATURES, array_to_vector(col(NetworkScorer.FEATURES))));
    Column probabilities = vector_to_array(col("probability"), "float64");
    return scored
        .drop(NetworkScorer.FEATURES)
        .withColumn(
            "probability", target.task() == Task.BINARY ? probabilities.getItem(1) : probabilities);
  }
}
