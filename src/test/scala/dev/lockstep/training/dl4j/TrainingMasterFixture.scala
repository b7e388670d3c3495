package dev.lockstep.training.dl4j

import dev.lockstep.training.Networks
import org.apache.spark.api.java.{JavaRDD, JavaSparkContext}
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.graph.ComputationGraph
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer
import org.nd4j.linalg.dataset.DataSet
import org.nd4j.linalg.dataset.api.MultiDataSet
import org.nd4j.linalg.learning.config.Adam
import org.scalatest.Suite

/** Small networks under DL4J's Spark wrappers. */
trait TrainingMasterFixture extends Networks { this: Suite =>
  lazy val context = new JavaSparkContext(spark.sparkContext)

  def adam = new NeuralNetConfiguration.Builder().seed(5).updater(new Adam(0.01)).l2(1e-3)

  lazy val dense: Case = denseStack(adam, denseLayer(6))

  /** Batches of 10, 3 shards, W as many as asked for. */
  def master(workers: Int): SynchronousTrainingMaster.Builder =
    new SynchronousTrainingMaster.Builder().batchSize(10).shards(3).workers(workers).seed(7)

  def multi(set: Set): JavaRDD[MultiDataSet] = set.rdd.map(data => data: MultiDataSet)

  def single(set: Set): JavaRDD[DataSet] = set.rdd.map(TrainingMasterFixture.single)

  def stackOf(made: Case): MultiLayerNetwork =
    made.blueprint.build().model.asInstanceOf[MultiLayerNetwork]

  def graphOf(made: Case): ComputationGraph =
    made.blueprint.build().model.asInstanceOf[ComputationGraph]

  def wrapped(network: MultiLayerNetwork, master: SynchronousTrainingMaster) =
    new SparkDl4jMultiLayer(context, network, master)

  def wrapped(network: ComputationGraph, master: SynchronousTrainingMaster) =
    new SparkComputationGraph(context, network, master)
}

object TrainingMasterFixture {

  /** The one input and output of an example. */
  def single(data: MultiDataSet): DataSet = {
    def mask(masks: Array[org.nd4j.linalg.api.ndarray.INDArray]) =
      if (masks == null) null else masks(0)
    new DataSet(
      data.getFeatures(0),
      data.getLabels(0),
      mask(data.getFeaturesMaskArrays),
      mask(data.getLabelsMaskArrays)
    )
  }
}
