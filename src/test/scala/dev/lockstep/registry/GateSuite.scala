package dev.lockstep.registry

import java.util.{Optional, OptionalDouble}

import scala.collection.JavaConverters._

import dev.lockstep.config.GateConfig
import dev.lockstep.config.GateConfig.{DecideBy, SlicesConfig}
import org.scalatest.funsuite.AnyFunSuite

class GateSuite extends AnyFunSuite {
  private val slices = new SlicesConfig(Seq("origin").asJava, 0.02, 100)

  private def gate(
      metric: String = "auc",
      minGain: Double = 0,
      floor: Option[Double] = None,
      decideBy: DecideBy = DecideBy.GAIN,
      slices: Option[SlicesConfig] = None
  ) = new Gate(
    new GateConfig(
      metric,
      minGain,
      floor.fold(OptionalDouble.empty())(OptionalDouble.of),
      decideBy,
      0.95,
      1000,
      slices.fold(Optional.empty[SlicesConfig]())(Optional.of(_))
    )
  )

  private def figures(
      candidate: Double,
      champion: Double,
      interval: Option[(Double, Double)] = None,
      slices: Seq[Gate.Slice] = Nil
  ) = new Gate.Figures(
    OptionalDouble.of(candidate),
    OptionalDouble.of(champion),
    interval.fold(Optional.empty[Gate.Interval]()) { case (low, high) =>
      Optional.of(new Gate.Interval(low, high))
    },
    slices.asJava
  )

  private def decided(verdict: Verdict): (String, String) = (verdict.decision, verdict.reason)

  test("better is promoted, the same too, worse is kept; either way says by how much") {
    assert(
      decided(gate().against("b", figures(0.72, 0.7))) ==
        ("promoted", "auc 0.72 is 0.02 better than 0.7 of b")
    )
    assert(gate().against("b", figures(0.7, 0.7)).decision == "promoted")
    assert(
      decided(gate().against("b", figures(0.68, 0.7))) ==
        ("kept", "auc 0.68 is 0.02 worse than 0.7 of b")
    )
  }

  test("of a loss or an error, less is better") {
    for (metric <- Seq("log-loss", "brier", "rmse", "mae")) {
      assert(gate(metric).against("b", figures(0.4, 0.5)).decision == "promoted", metric)
      assert(gate(metric).against("b", figures(0.5, 0.4)).decision == "kept", metric)
      assert(gate(metric, floor = Some(0.45)).first(OptionalDouble.of(0.5)).decision == "kept")
      assert(gate(metric, floor = Some(0.45)).first(OptionalDouble.of(0.4)).decision == "promoted")
    }
  }

  test("a first candidate needs the floor alone") {
    assert(gate(minGain = 0.1).first(OptionalDouble.of(0.5)).decision == "promoted")
    assert(
      decided(gate(floor = Some(0.6)).first(OptionalDouble.of(0.55))) ==
        ("kept", "auc 0.55 does not reach gate.floor, 0.6")
    )
    assert(
      decided(gate().first(OptionalDouble.empty())) ==
        ("kept", "auc is undefined on the test rows")
    )
  }

  test(
    "against a champion that cannot be measured the floor alone decides, and the reason says so"
  ) {
    val broken = "Invalid prediction: NaN at row_id 0 (must be a probability)"
    val strict = gate(floor = Some(0.6))
    assert(
      decided(strict.againstBroken("b", broken, OptionalDouble.of(0.65))) ==
        ("promoted", s"b cannot be measured: $broken")
    )
    assert(
      decided(strict.againstBroken("b", broken, OptionalDouble.of(0.55))) ==
        ("kept", "auc 0.55 does not reach gate.floor, 0.6")
    )
    assert(decided(Gate.broken(broken)) == ("kept", s"it cannot be measured: $broken"))
  }

  test("the floor holds against a champion, too, and all reasons are named") {
    val kept = gate(floor = Some(0.6)).against("b", figures(0.55, 0.56))
    assert(kept.reason.startsWith("auc 0.55 does not reach gate.floor, 0.6"))
    assert(gate(floor = Some(0.6)).against("b", figures(0.55, 0.5)).decision == "kept")
  }

  test("the least gain counts, exactly it included") {
    assert(gate(minGain = 0.25).against("b", figures(0.75, 0.5)).decision == "promoted")
    assert(
      decided(gate(minGain = 0.25).against("b", figures(0.74, 0.5))) ==
        ("kept", "auc 0.74 is 0.24 better than 0.5 of b, less than gate.min-gain, 0.25")
    )
  }

  test("by interval, a gain that may be chance is none") {
    val byInterval = gate(decideBy = DecideBy.INTERVAL)
    assert(
      byInterval.against("b", figures(0.72, 0.7, Some((0.001, 0.04)))).decision == "promoted"
    )
    val kept = byInterval.against("b", figures(0.72, 0.7, Some((-0.001, 0.04))))
    assert(
      kept.decision == "kept" &&
        kept.reason.endsWith("but its interval starts at -0.001, below gate.min-gain, 0")
    )
    assert(byInterval.against("b", figures(0.72, 0.7)).decision == "kept")
    assert(
      gate().against("b", figures(0.72, 0.7, Some((-0.001, 0.04)))).decision == "promoted"
    )
  }

  test("a slice that gets much worse keeps the champion, one of few rows does not") {
    def of(samples: Long, candidate: Double) = gate(slices = Some(slices)).against(
      "b",
      figures(0.72, 0.7, slices = Seq(new Gate.Slice("origin=JFK", samples, candidate, 0.7)))
    )
    assert(of(100, 0.69).decision == "promoted" && of(99, 0.5).decision == "promoted")
    assert(
      decided(of(100, 0.6)) ==
        ("kept", "auc is 0.1 worse on origin=JFK, more than gate.slices.max-drop, 0.02")
    )
  }
}
