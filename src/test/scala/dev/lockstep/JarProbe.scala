package dev.lockstep

import java.nio.file.{Files, Path}
import java.util.{Collections, Random}

import scala.collection.JavaConverters._

import org.apache.spark.api.java.JavaSparkContext
import org.apache.spark.sql.SparkSession
import org.bytedeco.hdf5.H5File
import org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.layers.{BatchNormalization, DenseLayer, OutputLayer}
import org.deeplearning4j.nn.modelimport.keras.{Hdf5Archive, KerasModelImport}
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.dataset.DataSet
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.learning.config.Adam
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction

/** Uses every library that the jar carries, in an application of its own whose class path is Spark
  * and the jar.
  */
object JarProbe {
  def main(arguments: Array[String]): Unit = {
    val folder = Path.of(arguments(0))
    val trained = train(folder)
    val spark = SparkSession
      .builder()
      .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
      .config("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator")
      .config(
        "spark.sql.extensions",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
      )
      .config("spark.sql.catalog.probe", "org.apache.iceberg.spark.SparkCatalog")
      .config("spark.sql.catalog.probe.type", "hadoop")
      .config("spark.sql.catalog.probe.warehouse", folder.resolve("warehouse").toUri.toString)
      .config("spark.sql.shuffle.partitions", "2")
      .config("spark.ui.enabled", "false")
      .getOrCreate()
    try {
      averageParameters(spark, trained)
      writeTable(spark)
    } finally spark.stop()
    readHdf5(folder)
    println("every library works")
  }

  private def configuration = new NeuralNetConfiguration.Builder()
    .seed(7)
    .updater(new Adam(0.01))
    .list()
    .layer(new DenseLayer.Builder().nIn(4).nOut(8).activation(Activation.RELU).build())
    .layer(new BatchNormalization.Builder().nIn(8).nOut(8).build())
    .layer(
      new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(8)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build()
    )
    .build()

  private def batch(seed: Long): DataSet = {
    val random = new Random(seed)
    val features = Array.fill(16, 4)(random.nextGaussian().toFloat)
    val labels = features.map(row => if (row(0) > 0) Array(1f, 0f) else Array(0f, 1f))
    new DataSet(Nd4j.create(features), Nd4j.create(labels))
  }

  private def train(folder: Path): MultiLayerNetwork = {
    val network = new MultiLayerNetwork(configuration)
    network.init()
    network.fit(batch(1))
    val file = folder.resolve("network.zip").toFile
    ModelSerializer.writeModel(network, file, true)
    val read = ModelSerializer.restoreMultiLayerNetwork(file, true)
    require(read.params() == network.params(), "a saved network differs from the one in memory")
    read
  }

  private def averageParameters(spark: SparkSession, network: MultiLayerNetwork): Unit = {
    val context = JavaSparkContext.fromSparkContext(spark.sparkContext)
    val master = new ParameterAveragingTrainingMaster.Builder(2, 1)
      .batchSizePerWorker(16)
      .averagingFrequency(1)
      .saveUpdater(true)
      .build()
    val before = network.params().dup()
    val averaged = new SparkDl4jMultiLayer(context, network, master)
      .fit(context.parallelize((1L to 4L).map(batch).asJava, 2))
    require(averaged.params() != before, "Spark's workers changed no parameter")
  }

  private def writeTable(spark: SparkSession): Unit = {
    spark.sql("create table probe.metrics.losses (epoch int, loss double) using iceberg")
    spark.sql("insert into probe.metrics.losses values (1, 0.5), (2, 0.25)")
    spark.sql("""merge into probe.metrics.losses t using (select 2 as epoch, 0.125D as loss) s
        on t.epoch = s.epoch when matched then update set *""")
    val losses = spark.table("probe.metrics.losses").orderBy("epoch").collect().map(_.getDouble(1))
    require(losses.sameElements(Array(0.5, 0.125)), s"the table holds ${losses.mkString(", ")}")
  }

  private def readHdf5(folder: Path): Unit = {
    val file = folder.resolve("empty.h5").toString
    new H5File(file, H5F_ACC_TRUNC).close()
    val archive = new Hdf5Archive(file)
    try require(archive.getGroups() == Collections.emptyList(), "an empty file has groups")
    finally archive.close()
    require(classOf[KerasModelImport].getMethods.nonEmpty && Files.exists(Path.of(file)))
  }
}
