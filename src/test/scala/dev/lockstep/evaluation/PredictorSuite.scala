package dev.lockstep.evaluation

import java.io.ByteArrayOutputStream

import scala.collection.JavaConverters._
import scala.util.Random

import dev.lockstep.SharedSpark
import dev.lockstep.config.Task
import org.apache.spark.sql.{DataFrame, functions => f}
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.layers.{BatchNormalization, DenseLayer, OutputLayer}
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

class PredictorSuite extends AnyFunSuite with SharedSpark {
  import Fixtures._

  private val rows = 2 * InferenceNetwork.ROWS + 77
  private val classes = Seq("red", "green", "blue", "grey")

  /** Widths that no kernel's block divides. */
  private def network(target: Target, inputs: Int): Array[Byte] = {
    val (activation, loss) = target.task match {
      case Task.BINARY     => (Activation.SIGMOID, LossFunction.XENT)
      case Task.MULTICLASS => (Activation.SOFTMAX, LossFunction.MCXENT)
      case Task.REGRESSION => (Activation.IDENTITY, LossFunction.MSE)
    }
    val network = new MultiLayerNetwork(
      new NeuralNetConfiguration.Builder()
        .seed(7)
        .list()
        .layer(new DenseLayer.Builder().nIn(inputs).nOut(129).activation(Activation.TANH).build())
        .layer(new BatchNormalization.Builder().nIn(129).nOut(129).build())
        .layer(new DenseLayer.Builder().nIn(129).nOut(37).activation(Activation.RELU).build())
        .layer(
          new OutputLayer.Builder(loss).nIn(37).nOut(target.width).activation(activation).build()
        )
        .build()
    )
    network.init()
    val out = new ByteArrayOutputStream
    ModelSerializer.writeModel(network, out, false)
    out.toByteArray
  }

  private def names(target: Target): java.util.List[String] =
    (if (target.task == Task.MULTICLASS) classes else Nil).asJava

  private def outputs(scored: DataFrame, column: String): Map[Long, Any] =
    scored
      .select(f.col("row_id"), f.to_json(f.struct(column)))
      .collect()
      .map(row => row.getLong(0) -> row.get(1))
      .toMap

  for (target <- Seq(binary, multiclass, regression)) {
    test(s"${target.task}: a row has the bits that evaluation sees, however rows are partitioned") {
      val zip = network(target, 5)
      val data = prepared(spark, rows, binaryLabel).cache()
      val evaluated =
        outputs(new NetworkScorer(zip, target).score(data), target.predictionColumn)
      val predictor = new Predictor(zip, target, names(target))
      for (
        input <- Seq(
          data.coalesce(1),
          data.repartition(7),
          data.orderBy(f.rand(3)),
          data.where("row_id % 10 = 3")
        )
      ) {
        val predicted = outputs(predictor.predict(input, 5), target.predictionColumn)
        assert(predicted == evaluated.filter { case (id, _) => predicted.contains(id) })
      }
      data.unpersist()
    }
  }

  test("a row's output does not depend on its place in the batch, nor on its neighbours") {
    val wide = 222
    val reader = InferenceNetwork.read(network(binary, wide))
    val random = new Random(5)
    val inputs = Array.fill(InferenceNetwork.ROWS)(Array.fill(wide)(random.nextGaussian().toFloat))
    val whole = reader.predict(inputs, 1).map(_(0))
    for (_ <- 1 to 5) {
      val order = random.shuffle(inputs.indices.toList).take(1 + random.nextInt(inputs.length))
      val some = reader.predict(order.map(inputs(_)).toArray, 1).map(_(0))
      assert(some.toSeq == order.map(whole(_)))
    }
  }

  test("a row without features gets nulls, its neighbours their own") {
    val data = prepared(spark, 50, binaryLabel).coalesce(1)
    val gaps = data.withColumn("features", f.expr("if(row_id % 3 = 0, null, features)"))
    val zip = network(binary, 5)
    val predictor = new Predictor(zip, binary, names(binary))
    val all = outputs(predictor.predict(data, 5), "probability")
    val some = outputs(predictor.predict(gaps, 5), "probability")
    assert(some == all.map { case (id, value) => id -> (if (id % 3 == 0) "{}" else value) })
    val none =
      predictor.predict(data.withColumn("features", f.expr("cast(null as array<float>)")), 5)
    assert(none.where("prediction is null").count() == 50)
  }

  test("a network that does not fit the width or the target is refused before any row is read") {
    val predictor = new Predictor(network(binary, 5), binary, names(binary))
    val misfit = intercept[IllegalArgumentException](
      predictor.predict(prepared(spark, 3, binaryLabel), 4)
    )
    assert(misfit.getMessage.startsWith("Cannot score rows of 4 features: "))
  }
}
