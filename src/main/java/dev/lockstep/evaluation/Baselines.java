package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Fits the baselines of a task on the rows that the network is trained on. */
public final class Baselines {
  private Baselines() {}

  /**
   * The constant baseline and the linear one, in this order.
   *
   * @param train columns row_id (long), features (array&lt;float&gt;), label (double); at least one
   *     row
   */
  public static List<Baseline> fit(Dataset<Row> train, Target target) {
    if (target.task() == Task.REGRESSION) {
      return List.of(
          new Baseline("baseline:mean", ConstantScorer.mean(train, target)),
          new Baseline("baseline:linear-regression", LinearRegressionScorer.fit(train, target)));
    }
    return List.of(
        new Baseline("baseline:majority", ConstantScorer.frequencies(train, target)),
        new Baseline("baseline:logistic-regression", LogisticRegressionScorer.fit(train, target)));
  }
}
