package dev.lockstep.training.round

import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.network.Blueprint
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.EngineFixture
import org.scalatest.funsuite.AnyFunSuite

class RoundsSuite extends AnyFunSuite with EngineFixture {
  private val data = problem(90, Task.REGRESSION)
  private val order = new SampleOrder(90, 30, 4, 7)

  private def blueprint(rate: Double): Blueprint = Blueprint.ofLayers(
    layers(0, 0, dense(3, "identity")),
    settings(updater(UpdaterConfig.Type.SGD, rate)),
    data.shape
  )

  private def run(rate: Double): RoundResult = {
    val network = blueprint(rate)
    val whole = wholeEpochs(order, 0 until 1)
    engine(data, network, 4, 2)(whole, initial(network), Some(problem(20, Task.REGRESSION))).head
  }

  test("a round leaves its caller's job group as it was") {
    val context = spark.sparkContext
    val properties =
      Seq("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")
    def group = properties.map(context.getLocalProperty)
    context.setJobGroup("the caller's", "the caller's own", interruptOnCancel = false)
    val before = group
    try {
      run(0.01)
      assert(group == before && before.head == "the caller's")
    } finally context.clearJobGroup()
    run(0.01)
    assert(group.forall(_ == null))
  }

  test("a round that diverges ends there, and is not validated") {
    val ended = run(1e30)
    assert(ended.iterations.size < 3 && ended.validation.samples == 0)
    assert(run(0.01).validation.samples == 20)
  }
}
