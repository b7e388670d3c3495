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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J's own synchronous trainer on Spark, on the same samples, network and batch. */
final class AveragingTrainer {
  private AveragingTrainer() {}

  /**
   * Nanoseconds a complete epoch, for each of some epochs; the first ones warm up.
   *
   * @param frequency iterations of each worker between two averagings
   */
  static List<Long> train(
      SparkSession spark, Workload workload, int workers, int frequency, int epochs) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int share = workload.batch() / workers;
    JavaRDD<DataSet> data = context.parallelize(batches(workload, share), workers).cache();
    data.count();
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, share)
            .batchSizePerWorker(share)
            .averagingFrequency(frequency)
            .workerPrefetchNumBatches(2)
            .saveUpdater(true)
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null) // the data are cached already
            .build();
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            context,
            MultiLayerConfiguration.fromJson(workload.blueprint().configuration()),
            master);
    List<Long> nanos = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      long started = System.nanoTime();
      network.fit(data);
      nanos.add(System.nanoTime() - started);
    }
    data.unpersist();
    return nanos;
  }

  /** Ready-made mini-batches: what DL4J takes with the least work of its own. */
  private static List<DataSet> batches(Workload workload, int size) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from + size <= workload.samples(); from += size) {
      float[][] features = new float[size][];
      INDArray labels = Nd4j.zeros(size, workload.shape().outputs());
      for (int row = 0; row < size; row++) {
        features[row] = workload.features(from + row);
        labels.putScalar(row, workload.label(features[row]), 1);
      }
      batches.add(new DataSet(Nd4j.createFromArray(features), labels));
    }
    return batches;
  }
}
