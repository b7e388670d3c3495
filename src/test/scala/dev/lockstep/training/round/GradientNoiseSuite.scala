package dev.lockstep.training.round

import scala.util.Random

import org.scalatest.funsuite.AnyFunSuite

class GradientNoiseSuite extends AnyFunSuite {
  private val random = new Random(5)

  private def square(vector: Seq[Double]): Double = vector.map(x => x * x).sum

  private def mean(vectors: Seq[Seq[Double]]): Seq[Double] =
    vectors.transpose.map(_.sum / vectors.size)

  /** The estimate from samples' gradients, shard by shard. */
  private def noise(shards: Seq[Seq[Seq[Double]]]): GradientNoise = {
    val sums = shards.map(shard => if (shard.isEmpty) 0.0 else square(shard.transpose.map(_.sum)))
    GradientNoise.of(square(mean(shards.flatten)), sums.toArray, shards.map(_.size).toArray)
  }

  private def gradients(n: Int): Seq[Seq[Double]] =
    Seq.fill(n)(Seq(1 + random.nextGaussian, -2 + 3 * random.nextGaussian, random.nextGaussian))

  test("shares of one size give the formulas of the paper's appendix") {
    val shards = Seq.fill(4)(gradients(5))
    val big = square(mean(shards.flatten))
    val small = shards.map(shard => square(mean(shard))).sum / 4
    val estimate = noise(shards)
    assert(math.abs(estimate.squaredNorm - (20 * big - 5 * small) / (20 - 5)) < 1e-12)
    assert(math.abs(estimate.variance - (small - big) / (1.0 / 5 - 1.0 / 20)) < 1e-12)
  }

  test("shares of any size give the mean square between groups, and an empty one is none") {
    val shards = Seq(gradients(3), gradients(7), Nil, gradients(1))
    val all = mean(shards.flatten)
    val between = shards
      .filter(_.nonEmpty)
      .map(shard => shard.size * square(mean(shard).zip(all).map { case (a, b) => a - b }))
      .sum / 2
    val estimate = noise(shards)
    assert(math.abs(estimate.variance - between) < 1e-12)
    // What is left of the batch's squared norm is the true gradient's.
    assert(math.abs(estimate.squaredNorm - (square(all) - between / 11)) < 1e-12)
    assert(noise(shards.filter(_.nonEmpty)) == estimate)
  }

  test("fewer than two shards with samples tell nothing") {
    assert(noise(Seq(gradients(9))) == GradientNoise.NONE)
    assert(noise(Seq(Nil, gradients(2), Nil)) == GradientNoise.NONE)
  }
}
