package dev.lockstep.training.round

import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.network.{Blueprint, NetworkState}
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

  test("a round begins with the state that its process has left, or else with the driver's copy") {
    val network = blueprint(0.01)
    val rounds = wholeEpochs(order, 0 until 2)
    def ran(rounds: Seq[Round], from: NetworkState): Seq[NetworkState] =
      engine(data, network, 4, 2)(rounds, from).map(_.state)

    val Seq(first, second) = ran(rounds, initial(network))
    assert(LastState.find(second.sha256).isPresent && !LastState.find(first.sha256).isPresent)
    assert(ran(rounds.tail, first).head.sha256 == second.sha256) // the process had the second
    LastState.keep(first.sha256, initial(network)) // a wrong one, to see that it is taken
    assert(ran(rounds.tail, first).head.sha256 != second.sha256)
  }

  test("what a state is known by depends on all of it") {
    val state = new NetworkState(Array(1f, 2f), Array(3f, 4f), 5, 6)
    val others = Seq(
      new NetworkState(Array(1f, 2.5f), Array(3f, 4f), 5, 6),
      new NetworkState(Array(1f, 2f), Array(3f, 4.5f), 5, 6),
      new NetworkState(Array(1f, 2f), Array(3f, 4f), 6, 6),
      new NetworkState(Array(1f, 2f), Array(3f, 4f), 5, 7)
    )
    assert((state +: others).map(_.sha256).toSet.size == 5)
    assert(new NetworkState(Array(1f, 2f), Array(3f, 4f), 5, 6).sha256 == state.sha256)
  }
}
