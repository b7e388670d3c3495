package dev.lockstep.training

import dev.lockstep.config.Task
import dev.lockstep.network.Blueprint
import dev.lockstep.plan.SampleOrder
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.{ConvolutionLayer, LSTM}
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.preprocessors.ReshapePreprocessor
import org.nd4j.linalg.learning.config.Adam
import org.scalatest.funsuite.AnyFunSuite

/** Networks beyond dense layers against plain DL4J on the same batches, which DL4J's own merging
  * makes; sequences are of different lengths.
  */
class GraphExactnessSuite extends AnyFunSuite with Networks {
  private def settings =
    new NeuralNetConfiguration.Builder().seed(5).updater(new Adam(0.01)).l2(1e-3)

  /** Sums in float32 in other orders differ by some 1e-7 each; 1e-5 is promised. */
  private def agree(start: Array[Float], actual: Array[Float], expected: Array[Float]): Unit = {
    assert(largestDifference(start, expected) > 1e-2, "nothing was learned")
    val difference = largestDifference(actual, expected)
    assert(difference <= 1e-5, s"largest difference $difference")
  }

  private val cases = Seq(
    convolution(settings),
    lstm(settings),
    lastStep(settings),
    graph(settings),
    sparse(settings)
  )

  for (made <- cases)
    test(s"${made.name} ends where plain DL4J ends") {
      val set = made.examples(41)
      val order = new SampleOrder(41, 10, 3, 7)
      val start = initial(made.blueprint)
      val ended = engineOn(set, made.blueprint, 3, 2)(wholeEpochs(order, 0 until 3), start).last
      agree(start.parameters, ended.state.parameters, plainOn(set, made.blueprint, order, 3))
    }

  /** Rows of 16 features. */
  private val ofRows = Seq(
    "a convolution" -> settings
      .list()
      .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
      .layer(classes(3))
      .setInputType(InputType.convolutionalFlat(4, 4, 1))
      .build(),
    "an LSTM" -> settings
      .list()
      .layer(new LastTimeStep(new LSTM.Builder().nIn(2).nOut(4).build()))
      .layer({
        val output = classes(3)
        output.setNIn(4)
        output
      })
      .inputPreProcessor(0, new ReshapePreprocessor(Array(16L), Array(2L, 8L), false))
      .build()
  )

  for ((name, configuration) <- ofRows)
    test(s"$name on flat rows ends where plain DL4J ends") {
      val rows = problem(41, Task.MULTICLASS, width = 16)
      val made = Blueprint.ofDl4j(configuration.toJson, rows.shape)
      val order = new SampleOrder(41, 10, 3, 7)
      val start = initial(made)
      val ended = engine(rows, made, 3, 2)(wholeEpochs(order, 0 until 3), start, Some(rows)).last
      val plain = made.build().model.asInstanceOf[MultiLayerNetwork]
      for (epoch <- 0 until 3; batch <- 0 until order.iterationsPerEpoch)
        plain.fit(rows.batch(rowIds(order, epoch, batch)))
      agree(start.parameters, ended.state.parameters, vector(plain.params))
      val whole = rows.batch(0 until 41)
      assert(math.abs(ended.validation.loss.getAsDouble - plain.score(whole)) < 1e-4)
      val named = plain.predict(whole.getFeatures)
      assert(ended.validation.correct == named.zip(rows.labels).count { case (k, y) => k == y })
    }
}
