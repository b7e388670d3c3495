package dev.lockstep.plan

import org.scalatest.funsuite.AnyFunSuite

class BatchPlanSuite extends AnyFunSuite {

  test("1000 samples in batches of 100 are 10 updates an epoch, 100 in 10 epochs") {
    val plan = new BatchPlan(1000, 100, 10)
    assert(plan.iterationsPerEpoch == 10 && plan.updates == 100 && plan.lastBatch == 100)
  }

  test("full batches and the last one are all samples, and agree with the sample order") {
    for (samples <- Seq(1, 7, 100, 1009); batch <- Seq(1, 3, 100, 1009, 5000)) {
      val plan = new BatchPlan(samples, batch, 1)
      assert((plan.iterationsPerEpoch - 1) * batch + plan.lastBatch == samples)
      assert(plan.lastBatch >= 1 && plan.lastBatch <= plan.firstBatch)
      val order = new SampleOrder(samples, batch, 1, 7)
      assert(order.iterationsPerEpoch == plan.iterationsPerEpoch)
      assert(order.batchSamples(0) == plan.firstBatch)
      assert(order.batchSamples(order.iterationsPerEpoch - 1) == plan.lastBatch)
    }
  }

  test("a batch larger than the training set is one short batch an epoch") {
    val plan = new BatchPlan(10, 256, 3)
    assert(plan.iterationsPerEpoch == 1 && plan.lastBatch == 10 && plan.updates == 3)
  }

  test("counts beyond 32 bits hold") {
    val plan = new BatchPlan(10000000000L, 1, 1000)
    assert(plan.updates == 10000000000000L)
  }

  test("nothing below 1 is a plan") {
    Seq((0L, 1, 1), (1L, 0, 1), (1L, 1, 0), (-5L, 1, 1)).foreach { case (samples, batch, epochs) =>
      val refused = intercept[IllegalArgumentException](new BatchPlan(samples, batch, epochs))
      assert(refused.getMessage.startsWith("Invalid plan: "))
    }
  }
}
