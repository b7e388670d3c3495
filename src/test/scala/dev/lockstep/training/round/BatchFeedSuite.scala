package dev.lockstep.training.round

import java.util.{List => JList}

import scala.collection.JavaConverters._

import dev.lockstep.config.Task
import dev.lockstep.network.NetworkShape
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.replica.{BatchFormat, MicroBatch}
import dev.lockstep.training.shard.ShardBlock
import org.scalatest.funsuite.AnyFunSuite

class BatchFeedSuite extends AnyFunSuite {
  private val format = BatchFormat.rows(new NetworkShape(Task.REGRESSION, 2, 1))
  private val order = new SampleOrder(103, 10, 4, 7)
  private val round = new Round(1, 2, 9, order) // the last batch has 3 samples: one shard has none

  private def blocks(rows: Int => Int): JList[ShardBlock] =
    (0 until 4).map { shard =>
      val n = rows(shard)
      val ids = Array.tabulate(n)(k => (k * 4 + shard).toFloat)
      ShardBlock.of(shard, ids.flatMap(id => Array(id, -id)), ids)
    }.asJava

  /** Labels and features of every share, in the order of batches and shards. */
  private def shares(feed: BatchFeed): Seq[Option[(Seq[Float], Seq[Float])]] =
    for (batch <- 2 until 11; own <- 0 until 4)
      yield Option(feed.next(batch, own)).map { next =>
        val share = next.asInstanceOf[MicroBatch]
        (share.labels.dup.data.asFloat.toSeq, share.features.dup.data.asFloat.toSeq)
      }

  private def aheadThreads: Int =
    Thread.getAllStackTraces.keySet.asScala.count(_.getName == "lockstep-batches")

  test("what is assembled ahead is what is assembled when asked for") {
    val data = blocks(order.shardSize)
    val direct = shares(BatchFeed.direct(round, data, format))
    val feed = BatchFeed.ahead(round, data, format)
    val ahead =
      try shares(feed)
      finally feed.close()
    assert(direct.flatten.size == 35 && direct.last.isEmpty)
    assert(ahead == direct)
    assert(direct.flatten.forall { case (ids, x) => x == ids.flatMap(id => Seq(id, -id)) })
  }

  test("a round that ends early takes its thread along") {
    val before = aheadThreads
    val feed = BatchFeed.ahead(round, blocks(order.shardSize), format)
    feed.next(2, 0)
    assert(aheadThreads == before + 1)
    feed.close()
    assert(aheadThreads == before)
  }

  test("what fails in the other thread fails in the worker's") {
    val feed = BatchFeed.ahead(round, blocks(shard => if (shard == 3) 1 else 30), format)
    try {
      val thrown = intercept[IllegalStateException](shares(feed))
      assert(thrown.getMessage.startsWith("Failed to assemble a batch: "))
      assert(thrown.getCause.isInstanceOf[IndexOutOfBoundsException])
    } finally feed.close()
  }

  test("a shard's order is made once for all rounds of an epoch, and is that of the plan") {
    val first = LastOrders.of(order, 1, 2)
    assert(first.toSeq == order.order(1, 2).toSeq)
    assert(LastOrders.of(new SampleOrder(103, 10, 4, 7), 1, 2) eq first)
    for ((other, epoch) <- Seq((order, 2), (new SampleOrder(103, 10, 4, 8), 2)))
      assert(LastOrders.of(other, epoch, 2).toSeq == other.order(epoch, 2).toSeq)
    assert(!round.isWholeEpoch && new Round(1, 0, 11, order).isWholeEpoch)
  }

  test("rows are assembled ahead where they exceed the memory") {
    assert(!BatchFeed.exceedMemory(1000, 1000) && BatchFeed.exceedMemory(1001, 1000))
  }
}
