package dev.lockstep.training.replica

import dev.lockstep.config.Task
import org.deeplearning4j.nn.conf.layers._
import org.nd4j.linalg.activations.Activation
import org.scalatest.funsuite.AnyFunSuite

/** Dropout of the compiled path: its mask is its own, so its laws are tested, not DL4J's numbers.
  */
class CompiledDropoutSuite extends AnyFunSuite with GradientFixture {
  private val shape = shapeOf(Task.REGRESSION, 40)

  private def dropout(keep: Double): Layer = new DropoutLayer.Builder(keep).build()

  /** On a linear network with output w x, where x passes dropout first, dw / 2 error is the
    * sample's x after the mask.
    */
  private def masked(keep: Double, seed: Long): Seq[Float] = {
    val net = built(configuration(shape, Seq(dropout(keep))))
    net.params.assign(0)
    val micro = batch(shape, 1)
    val found = outcome(net, new CompiledGradient(net), micro, seed)
    val error = found.gradient.last // the bias's gradient: 2 (a - y)
    val x = micro.features.toFloatVector
    found.gradient.init.zip(x).map { case (dw, value) => dw / (error * value) }.toSeq
  }

  test("a number is kept and scaled up, or 0") {
    for (keep <- Seq(0.1, 0.5, 0.8))
      masked(keep, 5).foreach { factor =>
        assert(factor == 0 || math.abs(factor * keep - 1) < 1e-5, s"keep $keep: $factor")
      }
  }

  test("the mean is kept, and so is the share of numbers") {
    for (keep <- Seq(0.1, 0.5, 0.8)) {
      val factors = (1 to 500).flatMap(seed => masked(keep, seed.toLong))
      val share = factors.count(_ != 0).toDouble / factors.size
      // 20,000 draws: four standard deviations of the share are at most 0.0142.
      assert(math.abs(share - keep) < 4 * math.sqrt(keep * (1 - keep) / factors.size))
      assert(math.abs(factors.sum / factors.size - share / keep) < 1e-4)
    }
  }

  test("one seed makes one mask, other seeds and other layers make others") {
    assert(masked(0.5, 5) == masked(0.5, 5))
    assert(masked(0.5, 5) != masked(0.5, 6))
    assert(masked(0.5, 0).exists(_ != 0))
    val net = built(configuration(shape, Seq(dropout(0.5), dropout(0.5))))
    net.params.assign(0)
    val micro = batch(shape, 1)
    val twice = outcome(net, new CompiledGradient(net), micro, 5).gradient.init.count(_ != 0)
    assert(twice < masked(0.5, 5).count(_ != 0))
  }

  test("rate 0 is no dropout") {
    val without = built(configuration(shape, Seq(dense(8, Activation.TANH))))
    val layer = new DenseLayer.Builder().nOut(8).activation(Activation.TANH).dropOut(1.0).build()
    val withRate0 = built(configuration(shape, Seq(layer, dropout(1.0))))
    val micro = batch(shape, 9)
    val expected = outcome(without, new CompiledGradient(without), micro)
    val actual = outcome(withRate0, new CompiledGradient(withRate0), micro)
    assert(actual.gradient.toSeq == expected.gradient.toSeq && actual.score == expected.score)
  }

  test("a dropped unit has no gradient in the weights that lead to it") {
    val net = built(configuration(shape, Seq(dense(30), dropout(0.5))))
    val found = outcome(net, new CompiledGradient(net), batch(shape, 1), 5).gradient
    val intoHidden = found.take(40 * 30).grouped(40).toSeq // W^T, a row a unit
    val outOfHidden = found.slice(40 * 30 + 30, 40 * 30 + 60)
    val dropped = outOfHidden.map(_ == 0f)
    assert(dropped.exists(identity) && !dropped.forall(identity))
    intoHidden.zip(dropped).foreach { case (row, isDropped) =>
      assert(row.forall(_ == 0f) == isDropped)
    }
  }

  test("DL4J's dropout of a dense layer is of its input") {
    val onLayer = new DenseLayer.Builder().nOut(8).activation(Activation.TANH).dropOut(0.5).build()
    val net = built(configuration(shape, Seq(onLayer)))
    assert(CompiledGradient.supports(net))
    val gradient = outcome(net, new CompiledGradient(net), batch(shape, 1), 5).gradient
    val intoHidden = gradient.take(40 * 8).grouped(40).toSeq
    val silent = intoHidden.transpose.map(_.forall(_ == 0f))
    assert(silent.count(identity) > 5 && silent.count(identity) < 35)
  }
}
