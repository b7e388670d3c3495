package dev.lockstep.training.averaging;

import dev.lockstep.checkpoint.EpochTotals;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.network.TrainableNetwork;
import dev.lockstep.plan.SplitMix64;
import dev.lockstep.training.replica.BatchFormat;
import dev.lockstep.training.round.Validation;
import dev.lockstep.training.shard.ShardedSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/** One epoch by DL4J's ParameterAveragingTrainingMaster, from a state to a state. */
public final class AveragingEpoch {
  private final JavaSparkContext spark;
  private final Blueprint blueprint;
  private final ShardedSet data;
  private final int every;

  /**
   * @param every mini-batches of each worker between two averagings
   */
  public AveragingEpoch(JavaSparkContext spark, Blueprint blueprint, ShardedSet data, int every) {
    this.spark = spark;
    this.blueprint = blueprint;
    this.data = data;
    this.every = every;
  }

  /**
   * @param state after the epoch, counts as DL4J has them: {@code every} iterations an averaging
   */
  record Result(NetworkState state, EpochTotals totals) {}

  Result train(NetworkState state, MiniBatches batches) {
    long started = System.nanoTime();
    EpochMeasure measure = new EpochMeasure(spark.sc());
    TrainableNetwork network = blueprint.build(state);
    // DL4J would keep the RDD itself, and never let it go.
    JavaRDD<DataSet> rdd =
        data.rdd().mapPartitions(batches::of).persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      fit(network, rdd, master(batches, measure));
    } finally {
      rdd.unpersist(false);
    }
    NetworkState ended = network.state();
    EpochTotals totals =
        new EpochTotals(
            ended.iteration() - state.iteration(),
            measure.samples(),
            measure.lossSum(),
            0,
            0,
            network.learningRate(),
            null,
            new EpochTotals.Nanos(System.nanoTime() - started, 0, 0, 0, 0, 0));
    return new Result(ended, totals);
  }

  /** Iterations of an epoch, as DL4J counts them: its splits, rounded down, times {@code every}. */
  int iterations(MiniBatches batches) {
    return Math.max(1, batches.count() / (workers() * every)) * every;
  }

  /** What scores a state after an epoch. */
  Validation validation(BatchFormat format) {
    return new Validation(spark, blueprint, format, data);
  }

  int workers() {
    return data.rdd().getNumPartitions();
  }

  private void fit(
      TrainableNetwork network, JavaRDD<DataSet> rdd, ParameterAveragingTrainingMaster master) {
    if (network.model() instanceof MultiLayerNetwork stack) {
      new SparkDl4jMultiLayer(spark, stack, master).fit(rdd);
    } else {
      new SparkComputationGraph(spark, (ComputationGraph) network.model(), master).fit(rdd);
    }
  }

  private ParameterAveragingTrainingMaster master(MiniBatches batches, EpochMeasure measure) {
    return new ParameterAveragingTrainingMaster.Builder(workers(), batches.size())
        .batchSizePerWorker(batches.size())
        .averagingFrequency(every)
        .saveUpdater(true) // else Adam starts anew at each averaging
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .storageLevel(null) // the RDD is kept already
        .rngSeed(SplitMix64.of(batches.order().seed(), batches.epoch()).next())
        .trainingHooks(measure)
        .build();
  }
}
