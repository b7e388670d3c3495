package dev.lockstep.network

import dev.lockstep.training.Networks
import java.io.{ByteArrayInputStream, ByteArrayOutputStream}
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.graph.ComputationGraph
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.learning.config.Adam
import org.scalatest.funsuite.AnyFunSuite

class NetworkFileSuite extends AnyFunSuite with Networks {
  private def settings = new NeuralNetConfiguration.Builder().seed(5).updater(new Adam(0.01))

  test("a graph's zip is read back to the bit, and plain DL4J carries on from it") {
    val made = graph(settings)
    val set = made.examples(30)
    def fit(graph: ComputationGraph, batches: Range): Unit =
      batches.foreach(k => graph.fit(set.batch(3 * k until 3 * k + 3)))

    val whole = made.blueprint.build().model.asInstanceOf[ComputationGraph]
    val half = made.blueprint.build()
    fit(whole, 0 until 10)
    fit(half.model.asInstanceOf[ComputationGraph], 0 until 5)

    val zip = new ByteArrayOutputStream
    new NetworkFile(made.blueprint, half.state).write(zip)
    val read = NetworkFile.read(zip.toByteArray)
    assert(read.state.parametersSha256 == half.state.parametersSha256)
    assert(read.state.updaterStateSha256 == half.state.updaterStateSha256)
    assert(read.state.iteration == 5 && read.state.epoch == 0)

    val restored =
      ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray), true)
    fit(restored, 5 until 10)
    assert(vector(restored.params).sameElements(vector(whole.params)))
  }
}
