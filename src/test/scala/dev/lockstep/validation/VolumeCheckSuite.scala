package dev.lockstep.validation

import java.time.LocalDate
import java.util.{Collections, Optional, SortedMap, TreeMap}

import scala.jdk.CollectionConverters._

import dev.lockstep.config.{Task, TinyConfig}
import dev.lockstep.validation.Judged._
import dev.lockstep.validation.profile.{Chance, ProfileOf}
import org.scalatest.funsuite.AnyFunSuite

class VolumeCheckSuite extends AnyFunSuite {

  /** A Sunday. */
  private val sunday = LocalDate.of(2024, 1, 21)

  private type Rows = SortedMap[LocalDate, java.lang.Long]

  /** The days up to and including the Sunday. */
  private def days(rows: Int*): Rows = {
    val days = new TreeMap[LocalDate, java.lang.Long]
    for ((count, i) <- rows.reverse.zipWithIndex if count > 0)
      days.put(sunday.minusDays(i), count.toLong)
    days
  }

  private def judged(
      rowsByDay: Rows,
      windows: Rows = new TreeMap[LocalDate, java.lang.Long],
      settings: String = "",
      rows: Option[Long] = None
  ): Judgement = {
    val judgement = new Judgement
    val night = new Night(
      Optional.of(sunday),
      Task.BINARY,
      ProfileOf.days("y", Seq(Seq(0.0, 1.0))),
      Collections.emptyList(),
      rows.getOrElse(rowsByDay.values.asScala.map(_.toLong).sum),
      rowsByDay
    )
    new VolumeCheck(TinyConfig.load(settings).validate, night, judgement).run(windows)
    judgement
  }

  private val week = Seq.fill(6)(1000)

  private val cases = Seq[(String, Rows, String)](
    ("as many rows as ever", days(week :+ 1000: _*), Passes),
    ("a third less", days(week :+ 667: _*), Warns),
    ("half a day of a window of a week: no Sunday is known", days(week :+ 500: _*), Warns),
    ("a window of three days", days(1000, 1000, 300), Warns),
    ("half a day", days((1000 +: week) :+ 500: _*), Stops),
    ("a Sunday like the last one", days((500 +: week) :+ 500: _*), Passes),
    ("half of a quiet Sunday", days((600 +: week) :+ 300: _*), Stops),
    ("twice the rows", days((1000 +: week) :+ 2000: _*), Stops),
    ("eleven of twenty rows, which chance makes", days(Seq.fill(14)(20) :+ 11: _*), Warns),
    ("two of twenty rows, which it does not", days(Seq.fill(14)(20) :+ 2: _*), Stops),
    ("no row", days(week :+ 0: _*), Stops)
  )

  for ((name, rowsByDay, outcome) <- cases)
    test(s"$name: $outcome") {
      val judgement = judged(rowsByDay)
      assert(Judged.of(judgement) == outcome, judgement.verdict())
    }

  test("lines say what is usual, and whether a Sunday is among it") {
    val unknown = judged(days(week :+ 500: _*)).verdict().notices
    assert(
      unknown.asScala == Seq(
        "Warning: volume of 2024-01-21: 500 rows, where the days before have 1000, none of them a " +
          "Sunday (validate.volume.warn is 0.2)"
      )
    )
    assert(
      judged(days((1000 +: week) :+ 500: _*)).verdict().rejection.get ==
        "Invalid volume of 2024-01-21: 500 rows, where such days have 1000 (validate.volume.stop is 0.4)"
    )
    assert(
      judged(days(week :+ 0: _*)).verdict().rejection.get ==
        "Missing rows of 2024-01-21: none (the days before have 1000; validate.missing-day)"
    )
    assert(
      judged(days(5)).verdict().notices.asScala ==
        Seq("Not checked: the volume of 2024-01-21 (no day before it has rows)")
    )
  }

  test("a missing day may warn") {
    assert(
      Judged.of(judged(days(week :+ 0: _*), settings = "validate.missing-day = warn")) == Warns
    )
    assert(
      Judged.of(judged(days(week :+ 0: _*), settings = "validate.missing-day = off")) == Passes
    )
  }

  test("a window is held against those of the last nights, or of the same weekday") {
    val fortnight = days(Seq.fill(14)(100): _*)
    def windows(rows: Int*): Rows = days(rows :+ 1: _*).headMap(sunday)
    def of(rows: Long, past: Rows, rowsByDay: Rows = fortnight): String =
      Judged.of(judged(rowsByDay, past, rows = Some(rows)))
    assert(of(1400, windows(Seq.fill(10)(1400): _*)) == Passes)
    assert(of(1000, windows(1400)) == Warns)
    assert(of(700, windows(1400)) == Stops)
    assert(of(5000, windows(1400)) == Passes) // a window is never too large
    assert(of(14, windows(24)) == Warns) // P(X <= 14 | 24) = 0.02
    // Three days, of which nobody knows how many rows they have on a Sunday.
    val three = days(100, 100, 100)
    assert(of(300, windows(1000, 1000), three) == Warns)
    assert(of(300, windows(1000 +: Seq.fill(6)(1000): _*), three) == Stops)
    assert(of(300, windows(300 +: Seq.fill(6)(1000): _*), three) == Passes)
  }

  test("chance is the Poisson distribution's") {
    // Twice the tails' sums of exp(-20) 20^k / k!, by Python's math.fsum.
    assert(math.abs(Chance.ofRows(11, 20) - 0.0427736432) < 1e-10)
    assert(math.abs(Chance.ofRows(9, 20) - 0.0099908246) < 1e-10)
    assert(math.abs(Chance.ofRows(35, 20) - 0.0029780677) < 1e-10)
    assert(Chance.ofRows(20, 20) > 0.9 && Chance.ofRows(0, 0) == 1)
    assert(Chance.ofRows(1000000, 2000000) == 0)
  }
}
