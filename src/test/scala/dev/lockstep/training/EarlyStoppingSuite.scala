package dev.lockstep.training

import dev.lockstep.checkpoint.Progress
import dev.lockstep.config.{TrainConfig, UpdaterConfig}
import dev.lockstep.network.NetworkState
import java.util.{Optional, OptionalDouble, OptionalInt}
import org.scalatest.funsuite.AnyFunSuite

class EarlyStoppingSuite extends AnyFunSuite with EngineFixture {

  private def config(epochs: Int, rule: Option[TrainConfig.EarlyStopping]): TrainConfig = {
    val base = settings(updater(UpdaterConfig.Type.SGD))
    new TrainConfig(
      epochs,
      100,
      7,
      base.updater,
      Optional.empty(),
      4,
      OptionalInt.empty(),
      base.checkpointEvery,
      3,
      rule.fold(Optional.empty[TrainConfig.EarlyStopping]())(Optional.of(_)),
      TrainConfig.Trainer.EXACT,
      3,
      java.time.Duration.ofMinutes(5),
      TrainConfig.Start.FRESH
    )
  }

  /** Progress after each epoch of the given validation losses, to the stop. */
  private def epochs(config: TrainConfig, losses: Seq[Double]): Seq[Progress] = {
    val stopping = new EarlyStopping(config)
    losses.zipWithIndex
      .scanLeft(Progress.START) { case (before, (loss, epoch)) =>
        if (before.stopReason != null) before
        else {
          val state = new NetworkState(
            Array.emptyFloatArray,
            Array.emptyFloatArray,
            (epoch + 1) * 10,
            epoch + 1
          )
          stopping.afterEpoch(before, state, OptionalDouble.of(loss))
        }
      }
      .drop(1)
  }

  test("without a rule all epochs are run, and the best is known") {
    val run = epochs(config(4, None), Seq(0.5, 0.3, 0.4, 0.6))
    assert(run.map(_.stopReason) == Seq(null, null, null, "all epochs"))
    assert(run.last.best == new Progress.Best(2, 20, 0.3))
  }

  test("patience counts epochs in a row without a better loss") {
    val rule = new TrainConfig.EarlyStopping(2, 0)
    val run = epochs(config(9, Some(rule)), Seq(0.5, 0.6, 0.4, 0.4, 0.41, 0.1))
    assert(run.map(_.staleEpochs).take(5) == Seq(0, 1, 0, 1, 2))
    assert(run(3).stopReason == null && run(4).stopReason == "early stopping")
    assert(run.last.best.epoch == 3)
  }

  test("a fall of min-delta or less does not count") {
    val rule = new TrainConfig.EarlyStopping(2, 0.1)
    val run = epochs(config(9, Some(rule)), Seq(0.5, 0.45, 0.41))
    assert(run.last.stopReason == "early stopping" && run.last.best.epoch == 1)
  }

  test("without a validation split nothing is best and nothing stops early") {
    val stopping = new EarlyStopping(config(2, None))
    val state = new NetworkState(Array.emptyFloatArray, Array.emptyFloatArray, 10, 1)
    val after = stopping.afterEpoch(Progress.START, state, OptionalDouble.empty())
    assert(after.best == null && after.stopReason == null && after.staleEpochs == 0)
  }
}
