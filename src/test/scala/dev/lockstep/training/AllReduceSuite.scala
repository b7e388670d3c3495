package dev.lockstep.training

import dev.lockstep.plan.{SplitMix64, SummingTree}
import dev.lockstep.plan.SummingTree.Node
import dev.lockstep.training.allreduce.{AllReduce, Mesh, Rendezvous, StageKey}
import dev.lockstep.training.replica.FlatVector
import java.net.{InetSocketAddress, Socket}
import java.util.concurrent.{Callable, Executors, TimeUnit}
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

/** The all-reduce among threads of this process, over loopback. */
class AllReduceSuite extends AnyFunSuite {
  private val host = "127.0.0.1"

  /** Runs `body` as each of the workers at once. */
  private def workers[T](count: Int)(body: Mesh => T): Seq[T] = {
    val key = StageKey.random()
    val rendezvous = Rendezvous.open(host, host, key, count, (_, _) => ())
    val threads = Executors.newFixedThreadPool(count)
    try {
      val tasks = (0 until count).map { worker =>
        new Callable[T] {
          override def call(): T = {
            val mesh =
              Mesh.join(new Mesh.Membership(worker, count, host, rendezvous.endpoint, key))
            try body(mesh)
            finally mesh.close()
          }
        }
      }
      tasks.map(threads.submit(_)).map(_.get(60, TimeUnit.SECONDS))
    } finally {
      threads.shutdownNow()
      rendezvous.close()
    }
  }

  private def shardVector(shard: Int, length: Int): Array[Float] = {
    val random = SplitMix64.of(5, shard)
    Array.fill(length)((random.next(2000001) - 1000000) / 997f)
  }

  /** The sum in tree order by plain arithmetic, without the shards that have no samples. */
  private def expected(shards: Int, length: Int, present: Int => Boolean): Seq[Float] = {
    val sum = SummingTree.sum[Array[Float]](
      new SummingTree(shards).root,
      _.isLeaf,
      node => if (present(node.from)) shardVector(node.from, length) else null,
      (a, b) => a.zip(b).map { case (x, y) => x + y }
    )
    sum.toSeq
  }

  private def allReduced(
      shards: Int,
      count: Int,
      length: Int,
      present: Int => Boolean
  ): Seq[(Seq[Float], Long)] =
    workers(count) { mesh =>
      val tree = new SummingTree(shards)
      val reduce = new AllReduce(mesh, tree, length.toLong)
      val result = FlatVector.zeros(length.toLong)
      val own = reduce.cover.asScala.map { node =>
        val sum = SummingTree.sum[Array[Float]](
          node,
          _.isLeaf,
          leaf => if (present(leaf.from)) shardVector(leaf.from, length) else null,
          (a, b) => a.zip(b).map { case (x, y) => x + y }
        )
        val vector = FlatVector.zeros(length.toLong)
        if (sum != null) vector.array.assign(Nd4j.createFromArray(sum: _*).reshape(1, length))
        node -> vector
      }.toMap
      def has(node: Node): Boolean = (node.from until node.to).exists(present)
      reduce.sum(own.asJava, node => has(node), result)
      (result.array.toFloatVector.toSeq, mesh.bytesSent)
    }

  for (count <- Seq(1, 2, 3, 5, 7))
    test(s"$count workers get the sum of 7 shards in tree order, to the bit") {
      val sums = allReduced(7, count, 1001, _ => true)
      assert(sums.forall(_._1 == expected(7, 1001, _ => true)))
    }

  test("shards without samples are left out, also where a worker has no other") {
    val present = Set(1, 4)
    assert(allReduced(6, 6, 100, present).forall(_._1 == expected(6, 100, present)))
  }

  test("vectors shorter than the workers are many, and long ones, arrive whole") {
    assert(allReduced(4, 4, 3, _ => true).forall(_._1 == expected(4, 3, _ => true)))
    val length = 700001 // several times what the sockets hold
    assert(allReduced(3, 3, length, _ => true).forall(_._1 == expected(3, length, _ => true)))
  }

  test("a worker sends 2 (W - 1) / W of the vector while its shards are one subtree") {
    for (count <- Seq(2, 4, 8)) {
      val sent = allReduced(8, count, 80000, _ => true).map(_._2)
      assert(sent.forall(_ == 2L * (count - 1) * 80000 * 4 / count), s"W $count: $sent")
    }
  }

  test("when a worker goes, the others fail at once and name it") {
    val started = System.nanoTime()
    val outcomes = workers(3) { mesh =>
      val reduce = new AllReduce(mesh, new SummingTree(3), 1000)
      if (mesh.worker == 1) "gone"
      else
        try {
          val own = reduce.cover.asScala.map(_ -> FlatVector.zeros(1000)).toMap.asJava
          reduce.sum(own, _ => true, FlatVector.zeros(1000))
          "summed"
        } catch { case e: RuntimeException => e.getMessage }
    }
    assert(outcomes(1) == "gone")
    assert(outcomes(0).startsWith("Failed to exchange gradients: worker "), outcomes(0))
    assert(outcomes(2).startsWith("Failed to exchange gradients: worker "), outcomes(2))
    assert(System.nanoTime() - started < TimeUnit.SECONDS.toNanos(20))
  }

  test("a stranger is sent away, and the round goes on without it") {
    val key = StageKey.random()
    val rendezvous = Rendezvous.open(host, host, key, 1, (_, _) => ())
    try {
      val stranger = new Socket()
      stranger.connect(new InetSocketAddress(host, rendezvous.endpoint.port), 5000)
      stranger.setSoTimeout(10000)
      stranger.getInputStream.readNBytes(16)
      stranger.getOutputStream.write(new Array[Byte](52))
      assert(stranger.getInputStream.read() == -1, "a wrong proof was answered")
      val wrong = new Mesh.Membership(0, 1, host, rendezvous.endpoint, StageKey.random())
      assertThrows[java.io.IOException](Mesh.join(wrong))
      Mesh.join(new Mesh.Membership(0, 1, host, rendezvous.endpoint, key)).close()
    } finally rendezvous.close()
  }
}
