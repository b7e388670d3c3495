package dev.lockstep.validation

import java.time.LocalDate
import java.util.{Collections, Optional, TreeMap}

import scala.jdk.CollectionConverters._

import dev.lockstep.config.{Task, TinyConfig}
import dev.lockstep.validation.Judged._
import dev.lockstep.validation.profile.{ColumnProfile, Profile, ProfileOf}
import org.scalatest.funsuite.AnyFunSuite

class DriftCheckSuite extends AnyFunSuite {
  private val date = LocalDate.of(2024, 1, 20)

  /** Only this measure is judged. */
  private def only(measure: String): String = {
    val off = Seq("psi", "gap", "shift").filter(_ != measure).map(_ + " { warn = off, stop = off }")
    s"validate.drift { ${off.mkString(", ")} }\nvalidate.unseen { warn = off, stop = off }"
  }

  private def judged(
      champion: Profile,
      day: Seq[Any],
      settings: String = "",
      rejected: Set[LocalDate] = Set.empty,
      own: Option[Profile] = None
  ): Judgement = {
    val judgement = new Judgement
    val fresh = ProfileOf.column("x", day)
    val night = new Night(
      Optional.of(date),
      Task.BINARY,
      own.getOrElse(champion),
      fresh.asJava,
      day.size,
      new TreeMap(Collections.singletonMap(date, day.size.toLong: java.lang.Long))
    )
    val past = new Past(
      Optional.of(new Past.Champion("before", champion)),
      new TreeMap[LocalDate, java.lang.Long],
      rejected.asJava
    )
    val check = new DriftCheck(TinyConfig.load(settings).validate, night, past, 1e-4, judgement)
    fresh
      .filter(_.aspect != ColumnProfile.Aspect.LENGTH)
      .foreach(each => check.run(champion.like(each).get, each))
    judgement
  }

  private def numbers(shift: Double = 0, scale: Double = 1, n: Int = 1000): Seq[Any] =
    (0 until n).map(i => (i * 100.0 / n + shift) * scale)

  private def kinds(shares: (String, Int)*): Seq[Any] =
    shares.flatMap { case (kind, count) => Seq.fill(count)(kind) }

  private val even = ProfileOf.days("x", Seq.fill(10)(numbers()))
  private val usual = kinds("a" -> 500, "b" -> 300, "c" -> 200)
  private val texts = ProfileOf.days("x", Seq.fill(10)(usual))

  private val cases = Seq(
    ("numbers as ever", even, numbers(), "", Passes),
    ("a little off", even, numbers(shift = 10), "", Warns),
    ("in other units", even, numbers(scale = 1.6), "", Stops),
    ("far off, by the stability index alone", even, numbers(shift = 60), only("psi"), Stops),
    ("a little off, by the stability index alone", even, numbers(shift = 12), only("psi"), Warns),
    ("far off, by Kolmogorov and Smirnov alone", even, numbers(shift = 60), only("gap"), Stops),
    ("some off, by Kolmogorov and Smirnov alone", even, numbers(shift = 30), only("gap"), Warns),
    ("far off, by the nearest day alone", even, numbers(shift = 30), only("shift"), Stops),
    ("far off, where nothing is judged", even, numbers(shift = 60), only("none"), Passes),
    ("ten numbers, which chance makes", even, numbers(shift = 20, n = 10), "", Passes),
    ("a column that may differ", even, numbers(scale = 2), "validate.drift.except = [x]", Passes),
    ("categories as ever", texts, usual, "", Passes),
    (
      "categories exchanged, by the stability index alone",
      texts,
      kinds("a" -> 200, "b" -> 100, "c" -> 700),
      only("psi"),
      Stops
    ),
    (
      "categories exchanged, by their distance alone",
      texts,
      kinds("a" -> 100, "b" -> 100, "c" -> 800),
      only("gap"),
      Stops
    ),
    (
      "one new category of 40 rows",
      texts,
      kinds("a" -> 20, "b" -> 12, "c" -> 7, "z" -> 1),
      "",
      Passes
    ),
    ("three of 40 rows", texts, kinds("a" -> 20, "b" -> 11, "c" -> 6, "z" -> 3), "", Stops),
    ("1 % of 1000 rows", texts, kinds("a" -> 500, "b" -> 300, "c" -> 190, "z" -> 10), "", Warns),
    ("3 % of 1000 rows", texts, kinds("a" -> 500, "b" -> 300, "c" -> 170, "z" -> 30), "", Stops)
  )

  for ((name, champion, day, settings, outcome) <- cases)
    test(s"$name: $outcome") {
      val judgement = judged(champion, day, settings)
      assert(Judged.of(judgement) == outcome, judgement.verdict())
    }

  test("each measure says which one it is") {
    def rules(measure: String, champion: Profile, day: Seq[Any]): Seq[String] =
      Judged.broken(judged(champion, day, only(measure))).filter(_.endsWith("stop"))
    assert(
      rules("psi", even, numbers(shift = 60)) == Seq("population stability index, stop")
    )
    assert(rules("gap", even, numbers(shift = 60)) == Seq("Kolmogorov-Smirnov distance, stop"))
    assert(rules("shift", even, numbers(shift = 60)) == Seq("shift from the nearest day, stop"))
    assert(
      rules("gap", texts, kinds("c" -> 1000)) == Seq("total variation distance, stop")
    )
  }

  test("where the champion's days differ more, a day stops from day-factor times that on") {
    val shifts = Seq(0, 0, 0, 0, 0, 0, 0, 0, 25, 25)
    val restless = ProfileOf.days("x", shifts.map(shift => numbers(shift = shift)))
    // Such a day is 0.2 from all of them: one of 0.55 is beyond 2.5 times that, or within 3 times.
    def of(factor: Double): String =
      Judged.of(
        judged(restless, numbers(shift = 60), only("gap") + s"\nvalidate.day-factor = $factor")
      )
    assert(of(2.5) == Stops && of(3) == Warns)
    assert(Judged.of(judged(restless, numbers(shift = 25))) == Passes)
  }

  test("the mean of an array's elements drifts like a number") {
    def arrays(shift: Float): Seq[Any] =
      (0 until 1000).map(i => Seq(i / 1000f + shift, i / 1000f - shift / 2))
    val champion = ProfileOf.days("x", Seq.fill(10)(arrays(0)))
    assert(Judged.of(judged(champion, arrays(0))) == Passes)
    val judgement = judged(champion, arrays(4))
    assert(judgement.verdict().rejection.get.startsWith("Invalid column mean of x: "))
    assert(judgement.verdict().checks.asScala.map(_.column).toSet == Set("mean of x"))
  }

  test("a column that tells the day is not compared") {
    val weekdays = ProfileOf.days("x", (1 to 7).map(day => Seq.fill(100)(day.toDouble)))
    assert(Judged.of(judged(weekdays, Seq.fill(100)(9.0))) == Passes)
  }

  test("days since the champion count as similar ones, unless their night was rejected") {
    val later = LocalDate.of(2024, 1, 11)
    val own = ProfileOf.days("x", Seq.fill(10)(numbers()) :+ numbers(shift = 60))
    val settings = only("shift")
    assert(Judged.of(judged(even, numbers(shift = 60), settings, own = Some(own))) == Passes)
    assert(
      Judged.of(judged(even, numbers(shift = 60), settings, Set(later), Some(own))) == Stops
    )
  }
}
