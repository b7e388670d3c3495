package dev.lockstep.training.replica

import dev.lockstep.config.Task
import org.deeplearning4j.nn.conf.layers._
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.activations.{Activation, IActivation}
import org.nd4j.linalg.activations.impl.ActivationLReLU
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT
import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

/** The compiled path against DL4J's own computeGradientAndScore, which knows nothing of it. */
class CompiledGradientSuite extends AnyFunSuite with GradientFixture with ScalaCheckPropertyChecks {

  /** Both sum in float32, in other orders: some 1e-7 a term. */
  private val rounding = 1e-5

  private def agree(
      shape: dev.lockstep.network.NetworkShape,
      samples: Int,
      hidden: Layer*
  ): Unit = {
    val net = network(shape, hidden: _*)
    assert(CompiledGradient.supports(net))
    val micro = batch(shape, samples)
    val expected = outcome(net, new Dl4jGradient(net), micro)
    val actual = outcome(net, new CompiledGradient(net), micro)
    val difference = relative(actual.gradient, expected.gradient)
    assert(difference <= rounding, s"gradient, $shape, $samples samples, $hidden")
    val loss = math.abs(actual.score.loss - expected.score.loss) / math.abs(expected.score.loss)
    assert(loss <= rounding, s"loss, $shape, $samples samples, $hidden")
    assert(actual.score.correct == expected.score.correct)
  }

  private def activation(function: IActivation): Layer =
    new ActivationLayer.Builder().activation(function).build()

  private def norm(logarithmic: Boolean): Layer =
    new BatchNormalization.Builder().useLogStd(logarithmic).decay(0.8).build()

  private val tasks = Seq(Task.BINARY, Task.MULTICLASS, Task.REGRESSION)

  for (task <- tasks) {
    test(s"$task: no hidden layer, one and two agree with DL4J") {
      val shape = shapeOf(task, 6)
      agree(shape, 10)
      agree(shape, 10, dense(4, Activation.TANH))
      agree(shape, 10, dense(7, Activation.RELU), dense(5, Activation.TANH))
    }
  }

  private val functions = Seq(
    Activation.IDENTITY,
    Activation.RELU,
    Activation.LEAKYRELU,
    Activation.ELU,
    Activation.TANH,
    Activation.SIGMOID,
    Activation.SWISH,
    Activation.GELU,
    Activation.SOFTSIGN,
    Activation.HARDTANH
  )

  for (function <- functions)
    test(s"$function agrees with DL4J in a dense layer and as a layer, also where it saturates") {
      val shape = shapeOf(Task.MULTICLASS, 5)
      agree(shape, 20, dense(16, function))
      agree(shape, 20, dense(16), activation(function.getActivationFunction))
      val net = network(shape, dense(16, function))
      net.params.muli(12)
      val micro = batch(shape, 20)
      val expected = outcome(net, new Dl4jGradient(net), micro)
      val actual = outcome(net, new CompiledGradient(net), micro)
      assert(relative(actual.gradient, expected.gradient) <= rounding)
    }

  test("a leaky ReLU keeps its slope") {
    agree(shapeOf(Task.BINARY, 5), 20, dense(8), activation(new ActivationLReLU(0.3)))
  }

  for (logarithmic <- Seq(true, false))
    test(s"batch norm agrees, running statistics included, log10 of sigma: $logarithmic") {
      for (task <- tasks; samples <- Seq(2, 17)) {
        val shape = shapeOf(task, 6)
        agree(shape, samples, dense(8, Activation.RELU), norm(logarithmic), dense(4))
        agree(shape, samples, norm(logarithmic), dense(4, Activation.TANH))
      }
    }

  /** DL4J's gradient in float64, from the same float32 parameters and samples. */
  private def exact(net: MultiLayerNetwork, micro: MicroBatch): Array[Float] = {
    val wide = net.convertDataType(DataType.DOUBLE)
    wide.initGradientsView()
    wide.setInput(micro.features.castTo(DataType.DOUBLE))
    wide.setLabels(micro.labels.castTo(DataType.DOUBLE))
    wide.computeGradientAndScore()
    wide.getFlattenedGradients.toDoubleVector.map(_.toFloat)
  }

  test("random stacks, widths and batch sizes from 1 to 65 are as near to float64 as DL4J is") {
    val stacks = for {
      task <- Gen.oneOf(tasks)
      features <- Gen.choose(1, 40)
      classes <- Gen.choose(2, 12)
      samples <- Gen.choose(1, 65)
      depth <- Gen.choose(0, 3)
      units = Gen.choose(1, 70)
      layers <- Gen.listOfN(depth, Gen.zip(units, Gen.oneOf(functions), Gen.oneOf(0, 1, 2)))
    } yield (shapeOf(task, features, classes), samples, layers)
    forAll(stacks, minSuccessful(100)) { case (shape, samples, layers) =>
      // Of a few samples, batch norm takes the rounding errors of equal numbers for their deviation.
      val normed = samples >= 5
      val hidden = layers.flatMap { case (units, function, kind) =>
        val norms = if (normed && kind > 0) Seq(norm(kind == 1)) else Seq.empty
        dense(units, function) +: norms
      }
      val net = network(shape, hidden: _*)
      val micro = batch(shape, samples)
      val truth = exact(net, micro)
      val dl4j = relative(outcome(net, new Dl4jGradient(net), micro).gradient, truth)
      val compiled = relative(outcome(net, new CompiledGradient(net), micro).gradient, truth)
      // Batch norm magnifies what was rounded before it, by 1 over the deviation.
      val allowed = if (hidden.exists(_.isInstanceOf[BatchNormalization])) 1e-4 else rounding
      assert(compiled <= math.max(allowed, 10 * dl4j), s"DL4J's own error is $dl4j")
    }
  }

  test("a numeric derivative of DL4J's loss agrees on a small network") {
    val shape = shapeOf(Task.MULTICLASS, 3)
    val net = network(shape, dense(4, Activation.TANH), dense(3, Activation.SIGMOID))
    val micro = batch(shape, 7)
    val actual = outcome(net, new CompiledGradient(net), micro).gradient
    val dl4j = new Dl4jGradient(net)
    // Central differences at h = 2^-6: h^2 from the third derivative and 1e-6 / h from float32's loss, both some 1e-4.
    val h = 0.015625
    val numeric = actual.indices.map { i =>
      val at = net.params.getDouble(i.toLong)
      def loss(x: Double): Double = {
        net.params.putScalar(i.toLong, x)
        dl4j.compute(micro, 1, new StepClock).loss
      }
      val slope = (loss(at + h) - loss(at - h)) / (2 * h)
      net.params.putScalar(i.toLong, at)
      slope.toFloat
    }.toArray
    assert(relative(actual, numeric) < 1e-3)
  }

  test(
    "the same batch gives the same bits after other batch sizes, in another network and on another thread"
  ) {
    val shape = shapeOf(Task.BINARY, 30)
    val hidden = Seq(
      dense(64, Activation.RELU),
      norm(true),
      new DropoutLayer.Builder(0.7).build(),
      dense(33, Activation.TANH)
    )
    def bits(outcome: Outcome): Seq[Any] =
      outcome.gradient.map(java.lang.Float.floatToRawIntBits).toSeq :+ outcome.score
    val net = network(shape, hidden: _*)
    val path = new CompiledGradient(net)
    val micro = batch(shape, 32)
    val first = bits(outcome(net, path, micro))
    for (samples <- Seq(31, 33, 1, 65)) outcome(net, path, batch(shape, samples, samples))
    assert(bits(outcome(net, path, micro)) == first)
    val elsewhere = (1 to 8).map { _ =>
      var seen: Seq[Any] = null
      val thread = new Thread(() => {
        val other = network(shape, hidden: _*)
        seen = bits(outcome(other, new CompiledGradient(other), batch(shape, 32)))
      })
      thread.start()
      thread.join()
      seen
    }
    assert(elsewhere.forall(_ == first))
  }

  test("what has no compiled form is left to DL4J") {
    val shape = shapeOf(Task.MULTICLASS, 4)
    def supported(hidden: Layer*): Boolean = CompiledGradient.supports(network(shape, hidden: _*))
    assert(supported(dense(3)))
    assert(!supported(dense(3, Activation.CUBE)))
    assert(!supported(activation(Activation.SOFTMAX.getActivationFunction)))
    assert(!supported(new DenseLayer.Builder().nOut(3).hasBias(false).build()))
    assert(!supported(new DenseLayer.Builder().nOut(3).hasLayerNorm(true).build()))
    assert(!supported(new BatchNormalization.Builder().lockGammaBeta(true).build()))
    val weighted = new LossMCXENT(org.nd4j.linalg.factory.Nd4j.createFromArray(1f, 2f, 3f))
    val list = new org.deeplearning4j.nn.conf.NeuralNetConfiguration.Builder().list()
    list.layer(
      new OutputLayer.Builder(weighted).nIn(4).nOut(3).activation(Activation.SOFTMAX).build()
    )
    assert(!CompiledGradient.supports(built(list.build())))
  }
}
