package dev.lockstep.training.allreduce

import dev.lockstep.plan.{SplitMix64, SummingTree, WireEstimate}
import dev.lockstep.training.allreduce.Terms.{Privacy, Route}
import org.scalatest.funsuite.AnyFunSuite

/** The sum of all workers' gradients, held against the serial sum in tree order. */
class AllReduceSuite extends AnyFunSuite with Workers {
  private val ways = Seq(
    "sockets" -> (Route.SOCKET, Privacy.PLAIN),
    "encrypted sockets" -> (Route.SOCKET, Privacy.ENCRYPTED),
    "memory" -> (Route.MEMORY, Privacy.PLAIN)
  )

  private case class Case(shards: Int, workers: Int, length: Int, absent: Set[Int]) {
    def present(shard: Int): Boolean = !absent.contains(shard)
  }

  private def randomCase(number: Int): Case = {
    val random = SplitMix64.of(11, number)
    val shards = 1 + random.next(12)
    val workers = 1 + random.next(math.min(shards, 7))
    val length = 1 + random.next(if (random.next(4) == 0) 200000 else 300)
    val absent = (0 until shards).filter(_ => random.next(4) == 0).toSet
    Case(shards, workers, length, if (absent.size == shards) Set.empty else absent)
  }

  private def check(route: Route, privacy: Privacy)(c: Case): Unit = {
    val sums = together(terms(c.workers, route, privacy)) { mesh =>
      val reduce = new AllReduce(mesh, new SummingTree(c.shards), c.length.toLong)
      (1 to 3).map(sum => sumOnce(mesh, reduce, c.length, sum.toLong, c.present))
    }
    val expected =
      (1 to 3).map(sum =>
        treeSum(new SummingTree(c.shards).root, c.length, sum.toLong, c.present).toSeq
      )
    sums.zipWithIndex.foreach { case (sum, worker) =>
      assert(sum == expected, s"worker $worker of $c")
    }
  }

  for ((name, (route, privacy)) <- ways) {
    test(s"by $name, any number of workers gets the serial sum in tree order, to the bit") {
      (1 to 25).map(randomCase).foreach(check(route, privacy))
    }

    test(
      s"by $name, slices of many pieces arrive whole, also where workers hold several subtrees"
    ) {
      check(route, privacy)(Case(2, 2, 700001, Set.empty)) // several times what the sockets hold
      check(route, privacy)(Case(8, 3, 300001, Set(2)))
      check(route, privacy)(Case(7, 5, 150001, Set.empty))
    }

    test(s"by $name, vectors shorter than the workers are many arrive whole") {
      check(route, privacy)(Case(4, 4, 3, Set.empty))
      check(route, privacy)(Case(5, 5, 1, Set(0, 4)))
    }

    test(s"by $name, shards without samples are left out, also where a worker has no other") {
      check(route, privacy)(Case(6, 6, 100, Set(0, 2, 3, 5)))
    }

    for (workers <- Seq(8, 16))
      test(s"by $name, $workers workers share two cores and get the sum") {
        check(route, privacy)(Case(16, workers, 5003, Set.empty))
      }
  }

  private def sent(c: Case, route: Route): Seq[Long] =
    together(terms(c.workers, route)) { mesh =>
      val reduce = new AllReduce(mesh, new SummingTree(c.shards), c.length.toLong)
      val before = mesh.bytesSent
      sumOnce(mesh, reduce, c.length, 1, c.present)
      mesh.bytesSent - before
    }

  test("the bytes that a worker sends are the ones that the plan computes, on every way") {
    for (
      workers <- Seq(1, 2, 3, 5, 7, 8, 16); shards <- Seq(workers, 16, 19);
      route <- Seq(Route.SOCKET, Route.MEMORY)
    ) {
      val bytes = sent(Case(shards, workers, 1009, Set.empty), route)
      val planned = new WireEstimate(1009, shards, workers)
      val expected = (0 until workers).map(planned.bytesPerIteration)
      assert(bytes == expected, s"S $shards, W $workers, $route")
      assert(bytes.max == planned.bytesPerIteration)
    }
  }

  test("a worker sends at most 2.2 (W - 1) / W of the vector while its shards are one subtree") {
    for (workers <- Seq(2, 4, 8)) {
      val bytes = sent(Case(8, workers, 80000, Set.empty), Route.SOCKET)
      assert(bytes.forall(_ <= 2.2 * (workers - 1) * 80000 * 4 / workers), s"W $workers: $bytes")
    }
  }

  test("a memory link and a socket give the same bits: both are additions in tree order") {
    val c = Case(8, 3, 4001, Set(3))
    def bits(route: Route, privacy: Privacy): Seq[Int] =
      together(terms(3, route, privacy)) { mesh =>
        sumOnce(mesh, new AllReduce(mesh, new SummingTree(8), 4001), 4001, 1, c.present)
      }.head.map(java.lang.Float.floatToRawIntBits)
    assert(ways.map { case (_, (route, privacy)) => bits(route, privacy) }.distinct.size == 1)
  }
}
