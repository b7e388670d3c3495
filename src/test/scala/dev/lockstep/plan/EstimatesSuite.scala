package dev.lockstep.plan

import org.scalatest.funsuite.AnyFunSuite

class EstimatesSuite extends AnyFunSuite {
  private val small = NetworkSize.ofInput(30).dense(64).dense(32).dense(10)

  test("the parameters of dense layers are weights and biases") {
    // By hand: 31 * 64 + 65 * 32 + 33 * 10.
    assert(small.parameters == 4394)
    assert(small.width == 10 && small.statistics == 0)
  }

  test("batch norm adds four numbers a unit, two of them statistics; elementwise layers add none") {
    val size = small.batchNorm().elementwise()
    assert(size.parameters == 4394 + 40 && size.statistics == 20)
    assert(size.activations == small.activations + 20)
  }

  test(
    "one worker sends nothing; W that divide S along the tree send 2 (W - 1) / W of the vector"
  ) {
    assert(new WireEstimate(1000, 8, 1).bytesPerIteration == 0)
    for (workers <- Seq(2, 4, 8)) {
      val sent = new WireEstimate(1000, 8, workers).bytesPerIteration
      assert(sent == 2L * (workers - 1) * 1000 * 4 / workers)
    }
  }

  test("workers whose shards are several subtrees send more") {
    // 7 shards split as ((0,1),(2,3)),((4,5),6); of 3 workers one holds 2 subtrees.
    assert(new WireEstimate(3000, 7, 3).bytesPerIteration == 3L * 2 * 3000 * 4 / 3)
  }

  test("a worker's memory follows its shards") {
    def estimate(workers: Int): MemoryEstimate =
      MemoryEstimate.of(
        new MemoryEstimate.Input(new BatchPlan(1000, 100, 1), 8, workers, 30, small, 2)
      )
    assert(estimate(8).data == 125L * 40 * 4)
    assert(estimate(1).data == 8 * estimate(8).data)
    assert(estimate(3).data == 3 * estimate(8).data)
    assert(estimate(1).parameters == 4394 * 4)
    assert(estimate(1).updaterState == 2 * 4394 * 4)
    assert(estimate(1).activations == 2L * 13 * (30 + 64 + 32 + 10) * 4)
  }
}
