package dev.lockstep.bench;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import dev.lockstep.training.shard.ShardedSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The project's own trainer, an epoch a round. */
final class LockstepTrainer {
  private static final StructType SCHEMA =
      new StructType()
          .add("row_id", DataTypes.LongType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("label", DataTypes.DoubleType);

  private LockstepTrainer() {}

  /** Epoch after epoch, the first ones to warm up. */
  static List<RoundResult> train(
      SparkSession spark, Workload workload, int shards, int workers, int epochs) {
    Dataset<Row> rows = rows(spark, workload);
    ShardedSet.Layout layout = new ShardedSet.Layout(workload.widths().get(0), shards, workers);
    SampleOrder order = new SampleOrder(workload.samples(), workload.batch(), shards, 7);
    Blueprint blueprint = workload.blueprint();
    List<RoundResult> results = new ArrayList<>();
    try (ShardedSet data =
        ShardedSet.of(
            new ShardedSet.Rows(rows, workload.samples()),
            new ShardedSet.Rows(rows.limit(0), 0),
            layout)) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Rounds rounds = new Rounds(context, blueprint, workload.shape(), data);
      NetworkState state = blueprint.build().state();
      for (int epoch = 0; epoch < epochs; epoch++) {
        Round round = new Round(epoch, 0, order.iterationsPerEpoch(), order);
        RoundResult result = rounds.run(round, state, (iteration, loss) -> {});
        state = result.state();
        results.add(result);
      }
    }
    return results;
  }

  private static Dataset<Row> rows(SparkSession spark, Workload workload) {
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < workload.samples(); id++) {
      float[] features = workload.features(id);
      rows.add(RowFactory.create(id, features, (double) workload.label(features)));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }
}
