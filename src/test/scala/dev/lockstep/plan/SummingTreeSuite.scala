package dev.lockstep.plan

import dev.lockstep.plan.SummingTree.Node
import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks
import scala.collection.JavaConverters._

class SummingTreeSuite extends AnyFunSuite with ScalaCheckPropertyChecks {

  private val layouts = for {
    shards <- Gen.choose(1, 40)
    workers <- Gen.choose(1, shards)
  } yield (shards, workers)

  test("workers hold all shards in order, sizes that differ by at most one") {
    forAll(layouts) { case (shards, workers) =>
      val tree = new SummingTree(shards)
      val ranges = (0 until workers).map(tree.shardsOf(_, workers))
      assert(ranges.flatMap(range => range.from until range.to) == (0 until shards))
      val sizes = ranges.map(range => range.to - range.from)
      assert(sizes.max - sizes.min <= 1 && sizes.min >= 1)
    }
  }

  test("a cover is the worker's shards in whole subtrees, in order") {
    forAll(layouts) { case (shards, workers) =>
      val tree = new SummingTree(shards)
      (0 until workers).foreach { worker =>
        val range = tree.shardsOf(worker, workers)
        val cover = tree.cover(range).asScala
        assert(cover.flatMap(node => node.from until node.to) == (range.from until range.to))
      }
    }
  }

  test("for powers of two each worker's shards are one subtree") {
    for (shards <- Seq(1, 2, 4, 8, 16, 5, 7, 11); workers <- Seq(1, 2, 4) if workers <= shards) {
      val tree = new SummingTree(shards)
      val covers = (0 until workers).map(worker => tree.cover(tree.shardsOf(worker, workers)).size)
      assert(covers.forall(_ == 1), s"$shards shards on $workers workers: $covers")
    }
  }

  test("the sum's bits are the same for every number of workers, empty shards included") {
    forAll(layouts, Gen.listOfN(40, Gen.option(Gen.choose(-1e6f, 1e6f)))) {
      case ((shards, workers), values) =>
        val tree = new SummingTree(shards)
        def value(node: Node): java.lang.Float =
          values(node.from).map(Float.box).orNull
        def add(a: java.lang.Float, b: java.lang.Float): java.lang.Float = a + b
        val alone =
          TreeOrder.sum[java.lang.Float](tree.root, _.isLeaf, value)(add)
        val partial = (0 until workers)
          .flatMap(worker => tree.cover(tree.shardsOf(worker, workers)).asScala)
          .map { node =>
            node -> TreeOrder.sum[java.lang.Float](node, _.isLeaf, value)(add)
          }
          .toMap
        val together = TreeOrder.sum[java.lang.Float](tree.root, partial.contains, partial)(add)
        assert(alone == together)
    }
  }
}
