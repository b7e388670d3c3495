package dev.lockstep.training

import dev.lockstep.config.{LayerConfig, Task, UpdaterConfig}
import dev.lockstep.network.{Blueprint, NetworkState}
import dev.lockstep.plan.SampleOrder
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.weightnoise.DropConnect
import org.nd4j.linalg.learning.config.Sgd
import org.scalatest.funsuite.AnyFunSuite

/** All that is random follows from the seed, and any seed is one. */
class RandomnessSuite extends AnyFunSuite with Networks {
  private val rows = problem(40, Task.MULTICLASS)

  private def ofSeed(seed: Long, hidden: String = "tanh"): Blueprint =
    Blueprint.ofLayers(
      layers(0, 0, dense(8, hidden), new LayerConfig.Dropout(0.5)),
      settings(updater(UpdaterConfig.Type.SGD, 0.1), seed = seed),
      rows.shape
    )

  private def trained(blueprint: Blueprint, seed: Long): String = {
    val order = new SampleOrder(40, 10, 3, seed)
    engine(rows, blueprint, 3, 2)(
      wholeEpochs(order, 0 until 1),
      initial(blueprint)
    ).last.state.parametersSha256
  }

  test(
    "a seed gives the same first weights whenever a network is built, 0 too; others give others"
  ) {
    val first = Seq(0L, 1L, -1L, Long.MinValue).map { seed =>
      val weights = (1 to 3).map(_ => initial(ofSeed(seed)).parametersSha256)
      assert(weights.distinct.size == 1, s"seed $seed")
      weights.head
    }
    assert(first.distinct.size == first.size)
  }

  test("seed 0 within a DL4J configuration, which DL4J reads as any seed, is one seed") {
    val zero = new NeuralNetConfiguration.Builder().seed(0).updater(new Sgd(0.1))
    val stack = denseStack(zero.clone(), denseLayer(6)).blueprint
    for (blueprint <- Seq(stack, graph(zero.clone()).blueprint)) {
      val weights = (1 to 3).map(_ => initial(blueprint).parametersSha256)
      assert(weights.distinct.size == 1)
    }
    val fromJson = Blueprint.ofDl4j(stack.configuration, rows.shape)
    assert(initial(fromJson).parametersSha256 == initial(stack).parametersSha256)
  }

  for ((path, hidden) <- Seq("compiled" -> "tanh", "DL4J's own" -> "softplus"))
    test(s"order and dropout follow from the seed alone, 0 too: $path path") {
      val blueprint = ofSeed(5, hidden)
      val ends = Seq(0L, 0L, 1L, 1L, 2L).map(trained(blueprint, _))
      assert(ends(0) == ends(1) && ends(2) == ends(3))
      assert(ends.distinct.size == 3)
    }

  test("weight noise is drawn anew for each iteration and shard, and from nothing else") {
    // Same samples, same weights: what two iterations of a learning rate of 0 differ in is the noise.
    val noisy = new NeuralNetConfiguration.Builder()
      .seed(5)
      .updater(new Sgd(0))
      .weightNoise(new DropConnect(0.5))
    val made = denseStack(noisy, denseLayer(6))
    val set = made.examples(12)
    val order = new SampleOrder(12, 12, 2, 0)
    def losses(workers: Int, from: NetworkState): Seq[Double] =
      engineOn(set, made.blueprint, 2, workers)(wholeEpochs(order, 0 until 3), from)
        .map(_.iterations.get(0).loss)
    val start = initial(made.blueprint)
    val seen = losses(1, start)
    assert(seen.distinct.size == 3)
    assert(losses(2, start) == seen)
  }
}
