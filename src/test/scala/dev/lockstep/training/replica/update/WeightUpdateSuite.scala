package dev.lockstep.training.replica.update

import dev.lockstep.config.Task
import dev.lockstep.network.{Blueprint, NetworkFile}
import dev.lockstep.training.replica.GradientFixture
import java.io.{ByteArrayInputStream, ByteArrayOutputStream}
import org.deeplearning4j.nn.conf.{GradientNormalization, NeuralNetConfiguration}
import org.deeplearning4j.nn.conf.layers.{BatchNormalization, Layer}
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.learning.config._
import org.nd4j.linalg.schedule.{ExponentialSchedule, ScheduleType}
import org.scalatest.funsuite.AnyFunSuite

/** The fused update against DL4J's own updater on the same gradients. */
class WeightUpdateSuite extends AnyFunSuite with GradientFixture {
  private val shape = shapeOf(Task.MULTICLASS, 50)
  private val hidden: Seq[Layer] =
    Seq(dense(60, Activation.RELU), new BatchNormalization.Builder().build(), dense(40))
  private val samples = 32

  private def made(settings: => NeuralNetConfiguration.Builder): MultiLayerNetwork =
    built(configuration(shape, hidden, settings))

  private def step(network: MultiLayerNetwork, update: WeightUpdate, i: Int): WeightUpdate.Norms = {
    val gradient = uniform(network.numParams.toInt, 100L + i).map(_ * samples)
    network.getFlattenedGradients.assign(
      Nd4j.createFromArray(gradient: _*).reshape(1, gradient.length)
    )
    val norms = update.apply(samples)
    val counts = network.getLayerWiseConfigurations
    counts.setIterationCount(i + 1)
    counts.setEpochCount((i + 1) / 10)
    norms
  }

  private def agree(settings: => NeuralNetConfiguration.Builder): Unit = {
    val own = made(settings)
    val reference = made(settings)
    assert(FusedUpdate.supports(own))
    val start = own.params.toFloatVector
    val fused = new FusedUpdate(own)
    val dl4j = new Dl4jUpdate(reference)
    for (i <- 0 until 100) {
      val actual = step(own, fused, i)
      val expected = step(reference, dl4j, i)
      assert(math.abs(actual.gradient / expected.gradient - 1) < 1e-5)
      assert(math.abs(actual.update / expected.update - 1) < 1e-5)
    }
    assert(relative(start, reference.params.toFloatVector) > 1e-3, "nothing moved")
    // The same float32 formula on the same numbers: what differs is which products the compiler fuses.
    assert(relative(own.params.toFloatVector, reference.params.toFloatVector) < 1e-6)
    val state = reference.getUpdater.getStateViewArray
    if (state != null)
      assert(relative(own.getUpdater.getStateViewArray.toFloatVector, state.toFloatVector) < 1e-6)
  }

  private def settings(updater: IUpdater): NeuralNetConfiguration.Builder =
    new NeuralNetConfiguration.Builder().updater(updater)

  private val updaters = Seq(
    () => new Sgd(0.01),
    () => new Nesterovs(0.01, 0.9),
    () => new Adam(0.01),
    () => new RmsProp(0.01),
    () => new AdaGrad(0.01)
  )

  for (updater <- updaters) {
    val name = updater().getClass.getSimpleName
    test(s"100 updates of $name are DL4J's, batch norm's statistics included") {
      agree(settings(updater()))
    }
    test(s"L1, L2 and weight decay with $name are DL4J's") {
      agree(settings(updater()).l1(1e-3).l2(1e-2).weightDecay(1e-2))
    }
  }

  test("schedules by iteration and by epoch are DL4J's") {
    agree(settings(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.99))))
    agree(settings(new RmsProp(new ExponentialSchedule(ScheduleType.EPOCH, 0.01, 0.9))))
  }

  test("different updaters and penalties of layers are DL4J's") {
    val layers = Seq(
      new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
        .nOut(60)
        .updater(new Adam(0.003))
        .l2(0.1)
        .build(),
      dense(40)
    )
    val own = built(configuration(shape, layers, settings(new Sgd(0.1))))
    val reference = built(configuration(shape, layers, settings(new Sgd(0.1))))
    val (fused, dl4j) = (new FusedUpdate(own), new Dl4jUpdate(reference))
    for (i <- 0 until 20) {
      step(own, fused, i)
      step(reference, dl4j, i)
    }
    assert(relative(own.params.toFloatVector, reference.params.toFloatVector) < 1e-6)
  }

  test("a network that was saved after 20 updates carries on in plain DL4J") {
    for (updater <- updaters) {
      val own = made(settings(updater()))
      val reference = made(settings(updater()))
      val fused = new FusedUpdate(own)
      val dl4j = new Dl4jUpdate(reference)
      for (i <- 0 until 40) step(reference, dl4j, i)
      for (i <- 0 until 20) step(own, fused, i)
      val zip = new ByteArrayOutputStream
      new NetworkFile(Blueprint.of(own), own.state).write(zip)
      val restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip.toByteArray), true)
      if (restored.getFlattenedGradients == null)
        restored.initGradientsView() // SGD: no updater yet
      val plain = new Dl4jUpdate(restored)
      for (i <- 20 until 40) step(restored, plain, i)
      assert(relative(restored.params.toFloatVector, reference.params.toFloatVector) < 1e-6)
    }
  }

  test("what it does not know is left to DL4J: other updaters, clipping") {
    assert(WeightUpdate.of(made(settings(new Adam(0.01)))).isInstanceOf[FusedUpdate])
    assert(WeightUpdate.of(made(settings(new AMSGrad(0.01)))).isInstanceOf[Dl4jUpdate])
    val clipped = settings(new Sgd(0.1)).gradientNormalization(GradientNormalization.ClipL2PerLayer)
    assert(WeightUpdate.of(made(clipped)).isInstanceOf[Dl4jUpdate])
  }

  test("a diverged gradient shows in the norms") {
    val network = made(settings(new Sgd(0.1)))
    network.getFlattenedGradients.assign(Double.NaN)
    assert(!new FusedUpdate(network).apply(samples).isFinite)
  }
}
