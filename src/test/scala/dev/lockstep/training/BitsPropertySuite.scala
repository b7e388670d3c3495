package dev.lockstep.training

import dev.lockstep.config.{LayerConfig, Task, UpdaterConfig}
import dev.lockstep.network.{Blueprint, NetworkState}
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.round.{Round, RoundResult}
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.dropout.{AlphaDropout, GaussianDropout, GaussianNoise}
import org.deeplearning4j.nn.conf.layers.{BatchNormalization, DropoutLayer}
import org.deeplearning4j.nn.conf.distribution.NormalDistribution
import org.deeplearning4j.nn.conf.weightnoise.{DropConnect, WeightNoise}
import org.nd4j.linalg.learning.config.{Adam, Nesterovs, RmsProp, Sgd}
import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

/** Whatever the network and the sizes, the bits after each epoch are the same for all workers, and
  * for a run that goes on from any iteration on other workers. A failure prints its seed.
  */
class BitsPropertySuite extends AnyFunSuite with Networks with ScalaCheckPropertyChecks {
  private val epochs = 2

  /** Sizes of a run, and where and on how many workers it is cut in two. */
  private case class Sizes(
      rows: Int,
      batch: Int,
      shards: Int,
      seed: Long,
      cut: Int,
      before: Int,
      after: Int
  ) {
    val order = new SampleOrder(rows.toLong, batch, shards, seed)
  }

  /** At most eight batches an epoch, and as many shards as the test's session has slots. */
  private val sizes: Gen[Sizes] = for {
    shards <- Gen.choose(1, 4)
    rows <- Gen.choose(shards, 30)
    batch <- Gen.choose((rows + 7) / 8, rows + 3)
    seed <- Gen.oneOf(Gen.const(0L), Gen.long)
    iterations = (rows + batch - 1) / batch
    cut <- Gen.choose(1, math.max(1, epochs * iterations - 1))
    before <- Gen.choose(1, shards)
    after <- Gen.choose(1, shards)
  } yield Sizes(rows, batch, shards, seed, cut, before, after)

  /** The rounds to the cut, and those from there. */
  private def halves(sizes: Sizes): (Seq[Round], Seq[Round]) = {
    val all = sizes.order.iterationsPerEpoch
    val (epoch, batch) = (sizes.cut / all, sizes.cut % all)
    val whole = wholeEpochs(sizes.order, 0 until epoch)
    val rest = wholeEpochs(sizes.order, epoch + 1 until epochs)
    if (batch == 0) (whole, wholeEpochs(sizes.order, epoch until epochs))
    else
      (
        whole :+ new Round(epoch, 0, batch, sizes.order),
        new Round(epoch, batch, all - batch, sizes.order) +: rest
      )
  }

  private def bits(result: RoundResult): Seq[Any] =
    Seq(
      result.state.parametersSha256,
      result.state.updaterStateSha256,
      result.iterations.get(result.iterations.size - 1).loss,
      result.validation
    )

  private type Engine = (Int, Seq[Round], NetworkState) => Seq[RoundResult]

  private def hold(sizes: Sizes, start: NetworkState, engine: Engine): Unit = {
    val rounds = wholeEpochs(sizes.order, 0 until epochs)
    val runs = (1 to sizes.shards).map(workers => engine(workers, rounds, start).map(bits))
    assert(runs.distinct.size == 1, runs.mkString("\n"))
    if (epochs * sizes.order.iterationsPerEpoch > 1) {
      val (head, tail) = halves(sizes)
      val reached = engine(sizes.before, head, start).last.state
      assert(bits(engine(sizes.after, tail, reached).last) == runs.head.last, "after the cut")
    }
  }

  private def dl4j(seed: Long): Settings =
    new NeuralNetConfiguration.Builder()
      .seed(seed)
      .updater(
        Seq(new Adam(0.01), new Sgd(0.1), new Nesterovs(0.05), new RmsProp(0.01))(
          Math.floorMod(seed, 4).toInt
        )
      )
      .l2(1e-3)

  private val kinds = Seq[(String, Settings => Case)](
    "dense layers" -> (denseStack(_, denseLayer(6), denseLayer(4))),
    "batch norm and dropout" -> (
      denseStack(_, denseLayer(6), new BatchNormalization, new DropoutLayer(0.7), denseLayer(4))
    ),
    "dropout of every sort, also before the output" -> { settings =>
      def dropped(dropout: org.deeplearning4j.nn.conf.dropout.IDropout) = {
        val layer = denseLayer(6)
        layer.setIDropout(dropout)
        layer
      }
      denseStack(
        settings.dropOut(0.8),
        dropped(new AlphaDropout(0.8)),
        dropped(new GaussianDropout(0.3)),
        dropped(new GaussianNoise(0.1))
      )
    },
    "DropConnect" -> (settings =>
      denseStack(settings.weightNoise(new DropConnect(0.8)), denseLayer(6))
    ),
    "weight noise in a graph" -> (settings =>
      graph(settings.weightNoise(new WeightNoise(new NormalDistribution(0, 0.1))))
    ),
    "a convolution with batch norm" -> (convolution(_, new BatchNormalization)),
    "an LSTM with masks" -> (lstm(_)),
    "an LSTM's last time step" -> (lastStep(_)),
    "a graph of two inputs and two outputs" -> (graph(_)),
    "a graph of a sequence, an image and a vector" -> (mixedGraph(_))
  )

  for ((name, make) <- kinds)
    test(s"any workers and any resume give the same bits: $name") {
      forAll(sizes, minSuccessful(2)) { sizes =>
        val made = make(dl4j(sizes.seed))
        val data = made.examples(sizes.rows, sizes.seed)
        val validation = made.examples(5, sizes.seed + 1)
        val engine: Engine = (workers, rounds, state) =>
          engineOn(data, made.blueprint, sizes.shards, workers)(rounds, state, Some(validation))
        hold(sizes, initial(made.blueprint), engine)
      }
    }

  private val layer: Gen[LayerConfig] = Gen.frequency(
    3 -> Gen.zip(Gen.choose(1, 9), Gen.oneOf("relu", "tanh", "softplus")).map { case (n, f) =>
      dense(n, f)
    },
    1 -> Gen.const(new LayerConfig.BatchNorm(0.9, 1e-5)),
    1 -> Gen.choose(0.1, 0.6).map(new LayerConfig.Dropout(_))
  )

  test("any workers and any resume give the same bits: rows of any task through random layers") {
    val layerLists = Gen.choose(0, 4).flatMap(Gen.listOfN(_, layer))
    val tasks = Gen.oneOf(Task.values.toSeq)
    val updaters = Gen.oneOf(UpdaterConfig.Type.values.toSeq)
    forAll(sizes, layerLists, tasks, updaters, minSuccessful(5)) { (sizes, hidden, task, kind) =>
      val data = problem(sizes.rows, task)
      val validation = problem(7, task)
      val made = Blueprint.ofLayers(
        layers(0, 1e-3, hidden: _*),
        settings(updater(kind), seed = sizes.seed),
        data.shape
      )
      val engine: Engine = (workers, rounds, state) =>
        this.engine(data, made, sizes.shards, workers)(rounds, state, Some(validation))
      hold(sizes, initial(made), engine)
    }
  }
}
