package dev.lockstep.training

import dev.lockstep.config.{ClippingConfig, LayerConfig, NetworkConfig, Task, TrainConfig}
import dev.lockstep.config.UpdaterConfig.Type
import dev.lockstep.network.{Blueprint, NetworkState}
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.round.Round
import java.util.Optional
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint
import org.deeplearning4j.nn.conf.layers.{DenseLayer, OutputLayer}
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.learning.config.Adam
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

/** The engine against plain single-machine DL4J, and against itself on other numbers of workers. */
class ExactnessSuite extends AnyFunSuite with EngineFixture {

  /** What plain DL4J's fit makes of the same batches. */
  private def plain(
      problem: Problem,
      blueprint: Blueprint,
      order: SampleOrder,
      epochs: Int
  ): Array[Float] = {
    val network = blueprint.build().model.asInstanceOf[MultiLayerNetwork]
    for (epoch <- 0 until epochs) {
      for (batch <- 0 until order.iterationsPerEpoch)
        network.fit(problem.batch(rowIds(order, epoch, batch)))
      network.incrementEpochCount()
    }
    vector(network.params())
  }

  private def compare(problem: Problem, network: NetworkConfig, train: TrainConfig): Unit =
    compare(problem, Blueprint.ofLayers(network, train, problem.shape))

  private def compare(problem: Problem, blueprint: Blueprint): Unit = {
    val order = new SampleOrder(problem.rows.toLong, 64, 4, 7)
    val results =
      engine(problem, blueprint, 4, 2)(wholeEpochs(order, 0 until 3), initial(blueprint))
    val expected = plain(problem, blueprint, order, 3)
    val difference = largestDifference(results.last.state.parameters, expected)
    assert(largestDifference(initial(blueprint).parameters, expected) > 1e-3, "nothing was learned")
    assert(difference <= 1e-5, s"largest difference $difference")
  }

  for (kind <- Seq(Type.SGD, Type.NESTEROV, Type.ADAM, Type.RMSPROP, Type.ADAGRAD))
    test(s"three epochs of $kind end where plain DL4J ends on the same batches") {
      val network = layers(0, 0, dense(16), dense(8, "relu"))
      compare(problem(500, Task.MULTICLASS), network, settings(updater(kind)))
    }

  test("L1, L2 and clipping act once, after the sum, as in plain DL4J") {
    val clipping = Optional.of(new ClippingConfig(ClippingConfig.Type.L2_PER_LAYER, 0.05))
    val network = layers(1e-3, 1e-2, dense(8))
    compare(problem(300, Task.BINARY), network, settings(updater(Type.ADAM), clipping))
  }

  test("a regression ends where plain DL4J ends") {
    compare(problem(300, Task.REGRESSION), layers(0, 0, dense(8)), settings(updater(Type.ADAM)))
  }

  test("a network that only DL4J's own path takes ends where plain DL4J ends") {
    val network = layers(0, 1e-3, dense(16, "cube"), dense(8, "softplus"))
    compare(problem(300, Task.MULTICLASS), network, settings(updater(Type.ADAM)))
  }

  test("constraints on weights act after each update, as in plain DL4J") {
    val data = problem(300, Task.REGRESSION)
    val configuration = new NeuralNetConfiguration.Builder()
      .seed(7)
      .updater(new Adam(0.01))
      .constrainWeights(new MaxNormConstraint(0.5, 1))
      .list()
      .layer(new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.TANH).build())
      .layer(
        new OutputLayer.Builder(LossFunction.MSE)
          .nIn(8)
          .nOut(1)
          .activation(Activation.IDENTITY)
          .build()
      )
      .build()
    compare(data, Blueprint.ofDl4j(configuration.toJson, data.shape))
  }

  private def withAll(activation: String): NetworkConfig =
    layers(
      0,
      1e-4,
      dense(16, activation),
      new LayerConfig.BatchNorm(0.9, 1e-5),
      new LayerConfig.Dropout(0.3),
      dense(8)
    )

  private def clipped: Optional[ClippingConfig] =
    Optional.of(new ClippingConfig(ClippingConfig.Type.L2_PER_LAYER, 0.5))

  for (
    (path, network, train) <- Seq(
      ("compiled", withAll("relu"), settings(updater(Type.ADAM))),
      ("DL4J's own", withAll("softplus"), settings(updater(Type.ADAM), clipped))
    )
  )
    test(s"1, 2, 3 and 4 workers give the same bits, batch norm and dropout included: $path path") {
      val data = problem(403, Task.MULTICLASS)
      val validation = problem(57, Task.MULTICLASS)
      val blueprint = Blueprint.ofLayers(network, train, data.shape)
      val order = new SampleOrder(403, 50, 7, 7)
      val runs = (1 to 4).map { workers =>
        val results = engine(data, blueprint, 7, workers)(
          wholeEpochs(order, 0 until 2),
          initial(blueprint),
          Some(validation)
        )
        val last = results.last
        (
          last.state.parametersSha256,
          last.state.updaterStateSha256,
          last.validation,
          last.iterations.get(3).loss,
          last.iterations.get(3).correct
        )
      }
      assert(runs.distinct.size == 1, runs.mkString("\n"))
    }

  test(
    "a run that goes on from a state, in other rounds and on other workers, gives the same bits"
  ) {
    val data = problem(403, Task.MULTICLASS)
    val blueprint = Blueprint.ofLayers(withAll("relu"), settings(updater(Type.ADAM)), data.shape)
    val order = new SampleOrder(403, 50, 5, 7)
    val whole = engine(data, blueprint, 5, 2)(wholeEpochs(order, 0 until 2), initial(blueprint))
    val head = engine(data, blueprint, 5, 1)(Seq(new Round(0, 0, 4, order)), initial(blueprint))
    val tail = engine(data, blueprint, 5, 3)(
      Seq(new Round(0, 4, order.iterationsPerEpoch - 4, order)) ++ wholeEpochs(order, 1 until 2),
      head.last.state
    )
    assert(tail.last.state.parametersSha256 == whole.last.state.parametersSha256)
    assert(tail.last.state.iteration == 18 && tail.last.state.epoch == 2)
  }

  test("each sample is used exactly once an epoch where nothing divides: N 1009, B 100, S 7, W 3") {
    // One-hot samples and a linear network without hidden layers: a sample moves its own weight alone, so the
    // weight's change after an epoch of SGD tells how often the sample was used.
    val rows = 1009
    val features = Array.tabulate(rows, rows)((row, column) => if (row == column) 1f else 0f)
    val data = Problem(
      new dev.lockstep.network.NetworkShape(Task.REGRESSION, rows, 1),
      features,
      Array.fill(rows)(1f)
    )
    val rate = 1e-4
    val blueprint =
      Blueprint.ofLayers(layers(0, 0), settings(updater(Type.SGD, rate)), data.shape)
    val start = new NetworkState(new Array[Float](rows + 1), Array.emptyFloatArray, 0, 0)
    val order = new SampleOrder(rows.toLong, 100, 7, 3)
    val result = engine(data, blueprint, 7, 3)(wholeEpochs(order, 0 until 1), start).last
    assert(result.iterations.size == 11)
    assert(result.iterations.stream().mapToInt(_.samples).toArray.toSeq == Seq.fill(10)(100) :+ 9)
    // d/dw (w x + b - 1)^2 = 2 (w + b - 1): -2 at the start, a little less as the bias grows (below 0.25 %).
    val weights = result.state.parameters.take(rows)
    val uses = (0 until 11).flatMap { batch =>
      val ids = rowIds(order, 0, batch)
      ids.map(id => id -> weights(id) * ids.size / (2 * rate))
    }
    assert(uses.map(_._1).sorted == (0 until rows))
    uses.foreach { case (id, used) => assert(math.abs(used - 1) < 0.0025, s"sample $id: $used") }
  }

  test(
    "an epoch and its iterations are counted: 1000 samples by 100 are 10 updates an epoch, 100 in 10"
  ) {
    val data = problem(1000, Task.BINARY)
    val blueprint =
      Blueprint.ofLayers(layers(0, 0, dense(4)), settings(updater(Type.SGD)), data.shape)
    val order = new SampleOrder(1000, 100, 4, 7)
    val results = engine(data, blueprint, 4, 2)(wholeEpochs(order, 0 until 10), initial(blueprint))
    assert(results.forall(_.iterations.size == 10))
    assert(results.last.iterations.get(9).iteration == 100 && results.last.state.iteration == 100)
    assert(results.last.state.epoch == 10)
  }
}
