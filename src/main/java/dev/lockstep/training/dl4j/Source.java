package dev.lockstep.training.dl4j;

import dev.lockstep.training.shard.ExampleSet;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.datavec.spark.util.SerializableHadoopConfig;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Examples to come.
 *
 * @param rdd what the user trains on; its id says whether it is the same as before
 * @param read counts and numbers its examples
 */
record Source(JavaRDD<?> rdd, Function<JavaSparkContext, ExampleSet> read) {

  static Source ofDataSets(JavaRDD<DataSet> data) {
    return new Source(data, spark -> ExampleSet.ofDataSets(data));
  }

  static Source ofMultiDataSets(JavaRDD<MultiDataSet> data) {
    return new Source(data, spark -> ExampleSet.of(data));
  }

  /** Of files, read on the workers. */
  static Source ofPaths(JavaRDD<String> paths, DataSetLoader loader) {
    return new Source(
        paths,
        spark -> {
          RemoteFileSourceFactory files = files(spark);
          return ExampleSet.ofDataSets(paths.map(path -> loader.load(files.getSource(path))));
        });
  }

  /** The same of files with any inputs and outputs. */
  static Source ofPaths(JavaRDD<String> paths, MultiDataSetLoader loader) {
    return new Source(
        paths,
        spark -> {
          RemoteFileSourceFactory files = files(spark);
          return ExampleSet.of(paths.map(path -> loader.load(files.getSource(path))));
        });
  }

  private static RemoteFileSourceFactory files(JavaSparkContext spark) {
    return new RemoteFileSourceFactory(
        spark.broadcast(new SerializableHadoopConfig(spark.hadoopConfiguration())));
  }
}
