package dev.lockstep.evaluation

import dev.lockstep.SharedSpark
import dev.lockstep.config.Task
import java.io.ByteArrayOutputStream
import org.apache.spark.sql.DataFrame
import org.deeplearning4j.nn.api.Model
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.{BatchNormalization, DenseLayer, OutputLayer}
import org.deeplearning4j.nn.graph.ComputationGraph
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

class NetworkScorerSuite extends AnyFunSuite with SharedSpark {
  import Fixtures._

  /** Two whole chunks and a short one. */
  private val rows = 2 * NetworkScorer.CHUNK_ROWS + 77

  private val hidden = new DenseLayer.Builder().nIn(5).nOut(16).activation(Activation.RELU).build()

  private def output(target: Target): OutputLayer = {
    val (activation, loss) = target.task match {
      case Task.BINARY     => (Activation.SIGMOID, LossFunction.XENT)
      case Task.MULTICLASS => (Activation.SOFTMAX, LossFunction.MCXENT)
      case Task.REGRESSION => (Activation.IDENTITY, LossFunction.MSE)
    }
    new OutputLayer.Builder(loss).nIn(16).nOut(target.width).activation(activation).build()
  }

  private def layers(target: Target): MultiLayerNetwork = {
    val network = new MultiLayerNetwork(
      new NeuralNetConfiguration.Builder()
        .seed(7)
        .list()
        .layer(hidden)
        .layer(new BatchNormalization.Builder().nIn(16).nOut(16).build())
        .layer(output(target))
        .build()
    )
    network.init()
    network
  }

  private def graph(target: Target): ComputationGraph = {
    val network = new ComputationGraph(
      new NeuralNetConfiguration.Builder()
        .seed(7)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden, "in")
        .addLayer("out", output(target), "hidden")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(5))
        .build()
    )
    network.init()
    network
  }

  private def bytes(network: Model): Array[Byte] = {
    val out = new ByteArrayOutputStream
    ModelSerializer.writeModel(network, out, true)
    out.toByteArray
  }

  private def data(label: Int => Double = binaryLabel): DataFrame = prepared(spark, rows, label)

  /** Every value of a row's prediction, by row_id. */
  private def predictions(scored: DataFrame, target: Target): Seq[Seq[Double]] =
    scored.orderBy("row_id").select(target.predictionColumn).collect().map { row =>
      if (target.task == Task.MULTICLASS) row.getSeq[Double](0) else Seq(row.getDouble(0))
    }

  private def plain(
      predict: org.nd4j.linalg.api.ndarray.INDArray => org.nd4j.linalg.api.ndarray.INDArray
  ): Seq[Seq[Double]] = {
    val input = Nd4j.createFromArray((0 until rows).map(features(_).map(_.toFloat)).toArray)
    predict(input).toDoubleMatrix.map(_.toSeq)
  }

  /** Sums of float32 in another order. */
  private def near(found: Seq[Seq[Double]], expected: Seq[Seq[Double]]): Boolean =
    found.size == expected.size && found.flatten.zip(expected.flatten).forall { case (a, b) =>
      math.abs(a - b) < 1e-6
    }

  for (target <- Seq(binary, multiclass, regression)) {
    test(s"${target.task}: predictions are plain DL4J's") {
      val network = layers(target)
      val scored = new NetworkScorer(bytes(network), target).score(data())
      assert(near(predictions(scored, target), plain(network.output(_, false))))
    }
  }

  test("a computation graph predicts like a stack of layers") {
    val network = graph(binary)
    val scored = new NetworkScorer(bytes(network), binary).score(data())
    assert(near(predictions(scored, binary), plain(network.outputSingle(false, _))))
  }

  test("1, 2 and 5 partitions, in any order of rows, give the same bits and the same metrics") {
    val scorer = new NetworkScorer(bytes(layers(binary)), binary)
    val evaluator = new Evaluator(binary, java.util.Collections.singletonList("group"))
    val inputs = Seq(
      data().coalesce(1),
      data().repartition(2),
      data().repartition(5),
      data().orderBy("features")
    )
    val scored = inputs.map(scorer.score)
    assert(scored.map(predictions(_, binary)).distinct.size == 1)
    assert(scored.map(evaluator.evaluate(_)).distinct.size == 1)
  }

  test("scored rows keep every column but the features") {
    val scored = new NetworkScorer(bytes(layers(binary)), binary).score(data())
    assert(scored.columns.toSeq == Seq("row_id", "label", "group", "probability"))
    assert(scored.count() == rows)
    val none = new NetworkScorer(bytes(layers(binary)), binary).score(data().limit(0))
    assert(none.count() == 0)
  }

  test("a network that does not fit the rows or the target is refused in one line") {
    val wide = new NetworkScorer(bytes(layers(binary)), multiclass)
    val shape = intercept[IllegalArgumentException](wide.score(data())).getMessage
    assert(
      shape == "Cannot score rows of 5 features: Invalid network: output of 1 values a row (must be 4)"
    )
    val narrow = data().selectExpr("row_id", "slice(features, 1, 3) as features", "label")
    val misfit = intercept[IllegalArgumentException](
      new NetworkScorer(bytes(layers(binary)), binary).score(narrow)
    ).getMessage
    assert(misfit.startsWith("Cannot score rows of 3 features: ") && !misfit.contains("\n"))
    val taken = intercept[IllegalArgumentException](
      new NetworkScorer(bytes(layers(binary)), binary)
        .score(data().withColumnRenamed("group", "probability"))
    ).getMessage
    assert(taken == "Invalid column: probability (the name is kept for the prediction)")
  }

  test("bytes that are no network are refused in one line") {
    val scorer = new NetworkScorer(Array[Byte](1, 2, 3), binary)
    val refusal = intercept[IllegalArgumentException](scorer.score(data())).getMessage
    assert(refusal == "Cannot read network: no configuration.json in the zip")
    val whole = bytes(layers(binary))
    intercept[IllegalArgumentException](
      new NetworkScorer(whole.take(whole.length / 2), binary).score(data())
    )
  }
}
