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

  private def estimate(workers: Int, size: NetworkSize = small): MemoryEstimate =
    MemoryEstimate.of(
      new MemoryEstimate.Input(
        new BatchPlan(1000, 100, 1),
        8,
        workers,
        30,
        size,
        2 * size.parameters
      )
    )

  test("a worker's memory follows its shards") {
    assert(estimate(8).data == 125L * 31 * 4 && estimate(8).order == 125L * 4)
    assert(estimate(1).data == 8 * estimate(8).data)
    assert(estimate(3).data == 3 * estimate(8).data)
    assert(estimate(1).parameters == 4394 * 4 && estimate(1).gradient == 4394 * 4)
    assert(estimate(1).updaterState == 2 * 4394 * 4)
    // A shard's part of a batch is 12 or 13 samples, and arrays of both are kept.
    assert(estimate(1).activations == 25L * (2 * (30 + 64 + 32 + 10) + 8 * 30) * 4)
    assert(estimate(1).panels == 25L * 3 * (30 + 64 + 32 + 10) * 4)
    // 8 shards: sums over 2, 4 and 8 of them; 4 shards: over 2 and 4.
    assert(estimate(1).sums == 3 * 4394 * 4 && estimate(2).sums == 2 * 4394 * 4)
    assert(estimate(8).sums == 0)
    // What arrives is a piece of every other worker's sum: here its whole slice.
    assert(estimate(1).exchange == 0 && estimate(2).exchange == 4394 / 2 * 4)
    assert(estimate(1).copies == 3 * 4394 * 4)
    assert(
      estimate(8).offHeap == 7L * 4394 * 4 + estimate(8).exchange + estimate(8).activations
    )
  }

  test("a worker whose shards are several subtrees keeps sums for each, and whole slices") {
    val seven = MemoryEstimate.of(
      new MemoryEstimate.Input(new BatchPlan(700, 70, 1), 7, 3, 30, small, 0)
    )
    // Workers have shards 0-2, 3-4 and 5-6 of the tree ((0,1),(2,3)),((4,5),6).
    assert(seven.sums == 2L * 4394 * 4)
    assert(seven.exchange == (2 + 2) * ((4394L + 2) / 3) * 4)
  }

  test("an executor's options hold all its workers, and never less than Spark's own") {
    val one = ExecutorMemory.of(estimate(8), 1)
    assert(one.executorMemory == 1L << 30 && one.memoryOverhead == 384L << 20)
    assert(!one.needsNativeLimit)
    val wide = NetworkSize.ofInput(784).dense(8192).dense(8192).dense(10)
    val need = estimate(8, wide)
    val both = ExecutorMemory.of(need, 2)
    assert(both.executorMemory > 2 * need.heap && both.executorMemory % (256 << 20) == 0)
    assert(both.overhead > 2 * 2 * need.offHeap)
    assert(both.memoryOverhead >= both.overhead)
    assert(both.overheadWithFiles > both.overhead + 2 * need.data)
    assert(both.needsNativeLimit == 4 * need.offHeap > both.executorMemory)
    assert(ExecutorMemory.defaultOverhead(10L << 30, 0.1) == 1L << 30)
  }

  test("what a process cannot hold is one line that says so, and what would help") {
    val need = estimate(8)
    def limit(heap: Long, offHeap: Long) =
      new MemoryEstimate.Limit("an executor", "--executor-memory", heap, offHeap, 2)
    assert(!need.shortage(limit(2 * need.heap, 2 * need.offHeap)).isPresent)
    val native = need.shortage(limit(2 * need.heap, 2 * need.offHeap - 1)).get
    assert(
      native.startsWith("Invalid network: its training needs 1 MB of native memory in an executor")
    )
    assert(native.contains("--executor-memory") && native.linesIterator.size == 1)
    assert(need.shortage(limit(2 * need.heap - 1, 2 * need.offHeap)).get.contains("MB of heap"))
  }

  test("a network beyond what a flat vector holds is refused whatever the memory") {
    val size = NetworkSize.ofInput(1 << 15).dense(1 << 15)
    val endless = new MemoryEstimate.Limit("x", "y", Long.MaxValue, Long.MaxValue, 1)
    assert(
      estimate(8, size).shortage(endless).get ==
        "Unsupported network: 1,073,774,592 parameters (must be at most 536,870,911)"
    )
  }

  test("a state beyond what one array of bytes holds is refused, too, though each vector fits") {
    val size = NetworkSize.ofInput(1 << 14).dense(1 << 14)
    val endless = new MemoryEstimate.Limit("x", "y", Long.MaxValue, Long.MaxValue, 1)
    def state(floats: Long) = MemoryEstimate.of(
      new MemoryEstimate.Input(new BatchPlan(1000, 100, 1), 8, 8, 30, size, floats)
    )
    assert(size.parameters == 268451840L)
    assert(
      state(2 * size.parameters).shortage(endless).get ==
        "Unsupported network: 268,451,840 parameters and 536,903,680 numbers of updater state (must be at most" +
        " 520,093,695 together: train.updater.type = sgd needs no state)"
    )
    val room = 520093695L - size.parameters
    assert(!state(room).shortage(endless).isPresent && state(room + 1).shortage(endless).isPresent)
  }

  test("a state that Spark would not let a task bring back is refused with the option's name") {
    val bytes = 3L * 4394 * 4
    assert(!estimate(8).resultShortage(bytes + 1).isPresent)
    assert(!estimate(8).resultShortage(0).isPresent) // no limit
    assert(
      estimate(8).resultShortage(bytes).get ==
        "Invalid network: its parameters and updater state are 1 MB, which each round brings to the driver (must be" +
        " less than spark.driver.maxResultSize, 0 MB: give --conf spark.driver.maxResultSize=64m)"
    )
  }

  test("batch norm wants two samples of each shard, and a last batch of more than one of each") {
    def shares(samples: Long, batch: Int) = new BatchShares(new BatchPlan(samples, batch, 1), 8)
    assert(!shares(1600, 16).notice.isPresent)
    assert(
      shares(1500, 15).notice.get.startsWith(
        "Warning: batches of 15 have fewer than two samples of each of the 8 train.shards;"
      )
    )
    assert(shares(12, 100).notice.get.startsWith("Warning: batches of 12 "))
    assert(!shares(1000, 100).notice.isPresent && !shares(1009, 100).notice.isPresent)
    for (last <- Seq(1, 8)) {
      val notice = shares(1000L + last, 100).notice.get
      assert(
        notice.startsWith(s"Warning: the last batch of an epoch has $last of 1,00$last samples")
      )
    }
  }
}
