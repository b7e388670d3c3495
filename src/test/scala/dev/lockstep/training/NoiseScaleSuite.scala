package dev.lockstep.training

import dev.lockstep.checkpoint.EpochTotals
import dev.lockstep.config._
import dev.lockstep.network.{Blueprint, NetworkShape, NetworkState}
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.round.{GradientNoise, Round, RoundResult}
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._
import scala.util.Random

class NoiseScaleSuite extends AnyFunSuite with EngineFixture {
  private def totals(results: Seq[RoundResult]): EpochTotals =
    results.map(Totals.of).reduce(_.plus(_))

  private def noise(results: Seq[RoundResult]): Seq[GradientNoise] =
    results.flatMap(_.iterations.asScala.map(_.noise))

  /** A linear regression without noise in its weights: y = w x + b + e at w = b = 0, where squared
    * error's gradient is -2 y (x, 1). With x of independent signs and y of mean m and deviation 1,
    * independent of x, the mean gradient is (0, -2 m), and the variances are 4 (m^2 + 1) for each
    * of the d inputs and 4 for the bias: the noise scale is (d (m^2 + 1) + 1) / m^2.
    */
  test("where the gradient's covariance is known, the noise scale is what it must be") {
    val (width, mean, n, batch, shards) = (5, 1.0, 12000, 100, 4)
    val random = new Random(11)
    val features = Array.fill(n, width)(if (random.nextBoolean()) 1f else -1f)
    val labels = Array.fill(n)((mean + random.nextGaussian).toFloat)
    val data = Problem(new NetworkShape(Task.REGRESSION, width, 1), features, labels)
    val still = updater(UpdaterConfig.Type.SGD, rate = 1e-30) // below the weights' last bit
    val blueprint = Blueprint.ofLayers(layers(0, 0), settings(still), data.shape)
    val zeros = new NetworkState(new Array[Float](width + 1), Array.emptyFloatArray, 0, 0)
    val order = new SampleOrder(n.toLong, batch, shards, 7)
    val results = engine(data, blueprint, shards, 2)(wholeEpochs(order, 0 to 0), zeros)

    val exact = (width * (mean * mean + 1) + 1) / (mean * mean)
    val variance = 4 * exact // tr(Sigma), as |G|^2 is 4
    val variances = Seq.fill(width)(4 * (mean * mean + 1)) :+ 4.0
    val squares = variances.map(v => v * v).sum // tr(Sigma^2)
    val t = n / batch
    // Means of 25 samples are normal, nearly: the variance's estimate is a sum of chi-squares of
    // shards - 1 degrees of freedom, the squared norm's varies by 2 mu e and by e^2, e being the
    // error of a batch's mean, and by the subtracted variance / batch.
    val varianceError = math.sqrt(2 * squares / (shards - 1) / t)
    val normError =
      math.sqrt(
        (4 * 4 * 4.0 / batch + 2 * squares / batch / batch * (1 + 1.0 / (shards - 1))) / t
      )
    val tolerance = 5 * exact *
      math.hypot(varianceError / variance, normError / (4 * mean * mean))
    val found = totals(results).noise.scale.getAsDouble
    assert(tolerance < exact / 4) // it says something
    assert(math.abs(found - exact) < tolerance, s"$found, not $exact within $tolerance")
    assert(math.abs(totals(results).noise.variance / t - variance) < 5 * varianceError)
  }

  private val small = problem(203, Task.MULTICLASS)
  private val order = new SampleOrder(small.rows.toLong, 22, 5, 7) // the last batch: 5 samples

  private def run(blueprint: Blueprint, workers: Int, rounds: Seq[Round]): Seq[RoundResult] =
    engine(small, blueprint, 5, workers)(rounds, initial(blueprint))

  private lazy val plain = Blueprint.ofLayers(
    layers(0, 0.01, dense(7), new LayerConfig.Dropout(0.3)),
    settings(updater(UpdaterConfig.Type.ADAM)),
    small.shape
  )

  test("the estimates have the same bits on any number of workers, with shares of unequal sizes") {
    val one = noise(run(plain, 1, wholeEpochs(order, 0 to 1)))
    assert(one.size == 20 && one.forall(_.variance > 0))
    for (workers <- Seq(2, 3)) {
      assert(noise(run(plain, workers, wholeEpochs(order, 0 to 1))) == one)
    }
  }

  test("an epoch in two rounds has the sums of its rounds") {
    val parts = run(plain, 2, Seq(new Round(0, 0, 4, order), new Round(0, 4, 6, order)))
    val whole = run(plain, 2, wholeEpochs(order, 0 to 0))
    assert(noise(parts) == noise(whole))
    // Summed in another order.
    val (a, b) = (totals(parts).noise, totals(whole).noise)
    assert(math.abs(a.variance / b.variance - 1) < 1e-14)
    assert(math.abs(a.squaredNorm - b.squaredNorm) < 1e-14 * math.abs(b.variance))
  }

  test("one shard, or batches of one sample, tell nothing") {
    val alone = new SampleOrder(small.rows.toLong, 22, 1, 7)
    val results = engine(small, plain, 1, 1)(wholeEpochs(alone, 0 to 0), initial(plain))
    assert(noise(results).toSet == Set(new GradientNoise(0, 0)))
    assert(!totals(results).noise.scale.isPresent)
    val single = new SampleOrder(20, 1, 5, 7)
    val twenty = Problem(small.shape, small.features.take(20), small.labels.take(20))
    val singles = engine(twenty, plain, 5, 2)(wholeEpochs(single, 0 to 0), initial(plain))
    assert(!totals(singles).noise.scale.isPresent)
  }

  test("batch norm's running statistics are no part of the gradient") {
    // Far from its start, a running mean's "gradient" would dwarf all others.
    val far = Problem(small.shape, small.features.map(_.map(_ + 1e4f)), small.labels)
    val normed = Blueprint.ofLayers(
      layers(0, 0, new LayerConfig.BatchNorm(0.9, 1e-5)),
      settings(updater(UpdaterConfig.Type.SGD)),
      small.shape
    )
    val results = engine(far, normed, 5, 2)(wholeEpochs(order, 0 to 0), initial(normed))
    noise(results).zip(results.flatMap(_.iterations.asScala)).foreach { case (estimate, seen) =>
      val square = seen.gradientNorm * seen.gradientNorm
      // |G_B|^2 = |G|^2 + tr(Sigma) / B, for the estimates as for what they estimate.
      assert(
        math.abs(estimate.squaredNorm + estimate.variance / seen.samples - square) < 1e-6 * square
      )
      assert(estimate.variance < 1e3, estimate)
    }
  }
}
