package dev.lockstep.validation

import java.util.OptionalDouble

import scala.jdk.CollectionConverters._

import dev.lockstep.config.ValidateConfig.{Limits, Strictness}
import dev.lockstep.validation.Judged._
import dev.lockstep.validation.Judgement.{Measured, Significance}
import org.scalatest.funsuite.AnyFunSuite

class JudgementSuite extends AnyFunSuite {
  private val limits = new Limits(OptionalDouble.of(0.2), OptionalDouble.of(0.5))

  private def measured(
      observed: Double,
      usual: Double = 0,
      concern: Concern = Concern.DRIFT,
      subject: String = "column x"
  ): Measured =
    new Measured(concern, "rule", "x", observed, usual, "some.key", subject, s"it is $observed")

  private def judged(
      measured: Measured,
      significance: Significance = Significance.REAL,
      limits: Limits = limits
  ): Judgement = {
    val judgement = new Judgement
    judgement.limit(measured, limits, 2.5, significance)
    judgement
  }

  private val none = OptionalDouble.empty

  private val cases = Seq(
    (0.2, 0.0, limits, Passes),
    (0.21, 0.0, limits, Warns),
    (0.5, 0.0, limits, Warns),
    (0.51, 0.0, limits, Stops),
    (0.3, 0.3, limits, Passes), // days differ so much
    (0.31, 0.3, limits, Warns),
    (0.75, 0.3, limits, Warns), // 2.5 times what days differ
    (0.76, 0.3, limits, Stops),
    (0.9, 0.0, new Limits(OptionalDouble.of(0.2), none), Warns),
    (0.9, 0.0, new Limits(none, none), Passes),
    (0.3, 0.0, new Limits(none, OptionalDouble.of(0.2)), Stops)
  )

  for ((observed, usual, limits, outcome) <- cases)
    test(s"$observed where days differ by $usual and limits are $limits: $outcome") {
      assert(Judged.of(judged(measured(observed, usual), limits = limits)) == outcome)
    }

  test("a difference that chance makes is a row, and passes") {
    val judgement = judged(measured(0.9), Significance.CHANCE)
    assert(Judged.of(judgement) == Passes)
    val rows =
      judgement.verdict().checks.asScala.map(row => (row.rule, row.observed, row.threshold))
    assert(rows == Seq(("rule, warn", 0.9, 0.2), ("rule, stop", 0.9, 0.5)))
  }

  test("a stop says its limit, and what days say where that is more") {
    assert(
      judged(measured(0.9)).verdict().rejection.get ==
        "Invalid column x: it is 0.9 (some.key.stop is 0.5)"
    )
    assert(
      judged(measured(0.9, usual = 0.3)).verdict().rejection.get ==
        "Invalid column x: it is 0.9 (at most 0.75, by the champion's training days; some.key.stop is 0.5)"
    )
    assert(judged(measured(0.9)).verdict().notices.isEmpty) // it has stopped: no warning beside it
  }

  test("the gravest finding is told, of one concern the one furthest off, and the others counted") {
    val judgement = new Judgement
    for (
      (observed, concern, subject) <- Seq(
        (0.9, Concern.DRIFT, "column x"),
        (0.6, Concern.LABEL, "near"),
        (0.7, Concern.LABEL, "far")
      )
    ) judgement.limit(measured(observed, 0, concern, subject), limits, 1, Significance.REAL)
    assert(
      judgement.verdict().rejection.get ==
        "Invalid far: it is 0.7 (some.key.stop is 0.5; 2 more findings in the table checks)"
    )
  }

  test("five warnings are told, and the others counted") {
    val judgement = new Judgement
    for (i <- 1 to 7)
      judgement.limit(measured(0.3, subject = s"column $i"), limits, 1, Significance.REAL)
    val lines = judgement.verdict().notices.asScala
    assert(lines.size == 6 && lines.last == "Warning: 2 more findings (table checks)")
  }

  test("a check is strict, a warning, or left out") {
    def of(strictness: Strictness, observed: Double): Judgement = {
      val judgement = new Judgement
      judgement.add(
        strictness,
        new Finding(Concern.DAY, CheckResult.of("r", null, observed, 1), "rows", "none (key")
      )
      judgement
    }
    assert(of(Strictness.STOP, 0).verdict().rejection.get == "Missing rows: none (key)")
    assert(of(Strictness.WARN, 0).verdict().notices.asScala == Seq("Warning: rows: none (key)"))
    assert(of(Strictness.OFF, 0).verdict().checks.isEmpty)
    assert(Judged.of(of(Strictness.STOP, 1)) == Passes)
  }
}
