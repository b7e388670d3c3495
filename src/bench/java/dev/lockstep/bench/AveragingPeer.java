package dev.lockstep.bench;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * DL4J's own synchronous trainer on Spark, two workers, with ready-made mini-batches in memory: the
 * way to it with the least work beside training.
 */
final class AveragingPeer implements Peer {
  private static final int WORKERS = 2;

  private final String name;
  private final Workload workload;
  private final JavaRDD<DataSet> data;
  private final SparkDl4jMultiLayer network;

  /**
   * @param frequency iterations of each worker between two averagings
   */
  AveragingPeer(SparkSession spark, Workload workload, int frequency) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int share = workload.batch() / WORKERS;
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < workload.samples(); from += share) {
      batches.add(Dl4jBatches.of(workload, from, share));
    }
    this.name = "DL4J averaging every " + frequency;
    this.workload = workload;
    this.data = context.parallelize(batches, WORKERS).cache();
    data.count();
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(WORKERS, share)
            .batchSizePerWorker(share)
            .averagingFrequency(frequency)
            .workerPrefetchNumBatches(2)
            .saveUpdater(true)
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null) // the data are cached already
            .build();
    this.network =
        new SparkDl4jMultiLayer(
            context,
            MultiLayerConfiguration.fromJson(workload.blueprint().configuration()),
            master);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long samples() {
    return workload.samples();
  }

  @Override
  public long train(int epochs) {
    long started = System.nanoTime();
    for (int i = 0; i < epochs; i++) {
      network.fit(data);
    }
    return System.nanoTime() - started;
  }

  @Override
  public void close() {
    data.unpersist();
  }
}
