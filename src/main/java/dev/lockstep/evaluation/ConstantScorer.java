package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;

import dev.lockstep.config.Task;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Predicts the same for every row: the classes' frequencies in training, or the labels' mean. */
final class ConstantScorer implements Scorer {
  private final Target target;
  private final double[] prediction;

  private ConstantScorer(Target target, double[] prediction) {
    this.target = target;
    this.prediction = prediction;
  }

  static ConstantScorer frequencies(Dataset<Row> train, Target target) {
    long[] counts = new long[target.classes()];
    for (Row row : train.groupBy(ScoredRow.LABEL).count().collectAsList()) {
      counts[(int) row.getDouble(0)] = row.getLong(1);
    }
    double rows = Arrays.stream(counts).sum();
    double[] frequencies = Arrays.stream(counts).mapToDouble(count -> count / rows).toArray();
    return new ConstantScorer(
        target, target.task() == Task.BINARY ? new double[] {frequencies[1]} : frequencies);
  }

  static ConstantScorer mean(Dataset<Row> train, Target target) {
    ExactMean mean =
        train
            .select(ScoredRow.LABEL)
            .toJavaRDD()
            .treeAggregate(
                new ExactMean(), (state, row) -> state.add(row.getDouble(0)), ExactMean::merge);
    return new ConstantScorer(target, new double[] {mean.value()});
  }

  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    Column[] values = Arrays.stream(prediction).mapToObj(functions::lit).toArray(Column[]::new);
    return rows.drop(NetworkScorer.FEATURES)
        .withColumn(
            target.predictionColumn(),
            target.task() == Task.MULTICLASS ? array(values) : lit(prediction[0]));
  }
}
