package dev.lockstep.plan

import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

class SampleOrderSuite extends AnyFunSuite with ScalaCheckPropertyChecks {

  private val orders = for {
    samples <- Gen.choose(1, 3000)
    batchSize <- Gen.choose(1, 400)
    shards <- Gen.choose(1, math.min(samples, 16))
    seed <- Gen.long
  } yield new SampleOrder(samples.toLong, batchSize, shards, seed)

  /** The row ids of each batch of an epoch. */
  private def batches(order: SampleOrder, epoch: Int): Seq[Seq[Long]] = {
    val places = (0 until order.shards).map(order.order(epoch, _))
    (0 until order.iterationsPerEpoch).map { batch =>
      (0 until order.shards).flatMap { shard =>
        val share = order.share(batch, shard)
        (share.from until share.to).map(places(shard)(_).toLong * order.shards + shard)
      }
    }
  }

  test("an epoch uses each sample exactly once, whatever divides") {
    forAll(orders, Gen.choose(0, 5)) { (order, epoch) =>
      val used = batches(order, epoch).flatten
      assert(used.size == order.samples && used.sorted == (0L until order.samples))
    }
  }

  test("each batch has exactly the batch size but the last, and shares differ by at most one") {
    forAll(orders) { order =>
      val sizes = batches(order, 0).map(_.size)
      assert(sizes.init.forall(_ == order.batchSize))
      assert(sizes.last == order.samples - (sizes.size - 1L) * order.batchSize && sizes.last > 0)
      (0 until order.iterationsPerEpoch).foreach { batch =>
        val shares = (0 until order.shards).map(order.share(batch, _).size)
        assert(shares.sum == order.batchSamples(batch) && shares.max - shares.min <= 1)
      }
    }
  }

  test("shard sizes differ by at most one and add up") {
    forAll(orders) { order =>
      val sizes = (0 until order.shards).map(order.shardSize)
      assert(sizes.map(_.toLong).sum == order.samples && sizes.max - sizes.min <= 1)
    }
  }

  test("the order depends on seed, epoch and shard, and on nothing else") {
    val order = new SampleOrder(2000, 100, 2, 7)
    assert(order.order(0, 0).toSeq == new SampleOrder(2000, 33, 2, 7).order(0, 0).toSeq)
    val orders = Seq(
      order.order(0, 0),
      order.order(0, 1),
      order.order(1, 0),
      new SampleOrder(2000, 100, 2, 8).order(0, 0)
    ).map(_.toSeq)
    assert(orders.distinct.size == 4)
  }

  test("every position of a shuffled shard is equally likely") {
    // 6000 epochs of 5 samples: each sample comes first 1200 times in the mean, standard deviation 31;
    // 155 is five of them.
    val order = new SampleOrder(5, 5, 1, 11)
    val first = (0 until 6000).map(order.order(_, 0)(0)).groupBy(identity).values.map(_.size)
    assert(first.size == 5 && first.forall(count => math.abs(count - 1200) < 155))
  }

  test("the generator gives the numbers that are published for SplitMix64") {
    // Seed 1234567: the first outputs of Vigna's splitmix64.c, as in many libraries' tests.
    val random = SplitMix64.ofState(1234567L)
    val expected = Seq("6457827717110365317", "3203168211198807973", "9817491932198370423")
    assert(expected == Seq.fill(3)(java.lang.Long.toUnsignedString(random.next())))
  }

  test("more shards than samples, and no samples, are refused") {
    assertThrows[IllegalArgumentException](new SampleOrder(3, 1, 4, 7))
    assertThrows[IllegalArgumentException](new SampleOrder(0, 1, 1, 7))
    assertThrows[IllegalArgumentException](new SampleOrder(3, 0, 1, 7))
  }
}
