package dev.lockstep.validation

import java.time.LocalDate
import java.util.{Collections, Optional, TreeMap}

import dev.lockstep.config.{Task, TinyConfig}
import dev.lockstep.validation.Judged._
import dev.lockstep.validation.profile.{Odds, Profile, ProfileOf}
import org.scalatest.funsuite.AnyFunSuite

class LabelCheckSuite extends AnyFunSuite {
  private val date = LocalDate.of(2024, 1, 20)
  private val alpha = 1e-4

  /** Of n rows so many of each value. */
  private def rows(shares: (Any, Int)*): Seq[Any] =
    shares.flatMap { case (value, count) => Seq.fill(count)(value) }

  private def binary(ones: Int, of: Int): Seq[Any] = rows(1.0 -> ones, 0.0 -> (of - ones))

  private def numbers(shift: Int): Seq[Any] = (0 until 1000).map(i => (i % 100 + shift).toDouble)

  private def judged(
      task: Task,
      champion: Option[Profile],
      day: Seq[Any],
      own: Option[Profile] = None,
      settings: String = ""
  ): Judgement = {
    val judgement = new Judgement
    val training = own.orElse(champion).get
    val fresh = ProfileOf.column("y", day).head
    val night = new Night(
      Optional.of(date),
      task,
      training,
      Collections.singletonList(fresh),
      day.size,
      new TreeMap(Collections.singletonMap(date, day.size.toLong: java.lang.Long))
    )
    new LabelCheck(TinyConfig.load(settings).validate, night, fresh, judgement)
      .run(Optional.ofNullable(champion.orNull), alpha)
    judgement
  }

  private def tenDays(day: Seq[Any]): Seq[Seq[Any]] = Seq.fill(10)(day)

  private val calm = tenDays(binary(250, 1000))
  private val rare = tenDays(binary(50, 1000))
  private val classes = tenDays(rows("a" -> 500, "b" -> 450, "c" -> 50))

  private val cases = Seq(
    ("a rate as ever", Task.BINARY, calm, binary(251, 1000), Passes),
    ("a storm, from 25 % to 60 %", Task.BINARY, calm, binary(600, 1000), Warns),
    ("inverted labels, from 25 % to 75 %", Task.BINARY, calm, binary(750, 1000), Warns),
    ("from 25 % to 80 %", Task.BINARY, calm, binary(800, 1000), Stops),
    (
      "the same after a day of 60 %",
      Task.BINARY,
      calm :+ binary(600, 1000),
      binary(800, 1000),
      Warns
    ),
    ("all but one false, of 25 %", Task.BINARY, calm, binary(1, 1000), Stops),
    ("all false", Task.BINARY, calm, binary(0, 1000), Stops),
    ("all of ten rows false, of 25 %", Task.BINARY, calm, binary(0, 10), Passes),
    ("from 5 % to 0.1 %", Task.BINARY, rare, binary(1, 1000), Stops),
    ("from 5 % to 0.7 %", Task.BINARY, rare, binary(7, 1000), Warns),
    ("from 5 % to 25 % of twenty rows", Task.BINARY, rare, binary(5, 20), Passes),
    (
      "shares of classes that differ a little",
      Task.MULTICLASS,
      classes,
      rows("a" -> 450, "b" -> 500, "c" -> 50),
      Passes
    ),
    (
      "a rare class gone",
      Task.MULTICLASS,
      classes,
      rows("a" -> 500, "b" -> 500),
      Stops
    ),
    (
      "a rare class gone from forty rows",
      Task.MULTICLASS,
      classes,
      rows("a" -> 20, "b" -> 20),
      Passes
    ),
    (
      "a new class",
      Task.MULTICLASS,
      classes,
      rows("a" -> 500, "b" -> 430, "c" -> 40, "d" -> 30),
      Stops
    ),
    (
      "two classes exchanged",
      Task.MULTICLASS,
      classes,
      rows("a" -> 40, "b" -> 450, "c" -> 510),
      Stops
    ),
    ("one class alone", Task.MULTICLASS, classes, rows("a" -> 1000), Stops),
    ("values as ever", Task.REGRESSION, tenDays(numbers(0)), numbers(0), Passes),
    ("values a little off", Task.REGRESSION, tenDays(numbers(0)), numbers(30), Warns),
    ("values far off", Task.REGRESSION, tenDays(numbers(0)), numbers(60), Stops),
    ("one value alone", Task.REGRESSION, tenDays(numbers(0)), rows(80.0 -> 1000), Stops)
  )

  for ((name, task, days, day, outcome) <- cases)
    test(s"$name: $outcome") {
      val judgement = judged(task, Some(ProfileOf.days("y", days)), day)
      assert(Judged.of(judgement) == outcome, judgement.verdict())
    }

  test("the line says which class is off, and the limit") {
    val judgement = judged(
      Task.MULTICLASS,
      Some(ProfileOf.days("y", classes)),
      rows("a" -> 501, "b" -> 498, "c" -> 1)
    )
    assert(
      judgement.verdict().rejection.get ==
        "Invalid data.label y: 0.001 of the rows of 2024-01-20 are c, 0.05 of the champion's " +
        "training rows: odds 35.1 times apart (validate.label.odds.stop is 20)"
    )
  }

  test("odds are those of a hand calculation, and finite where a rate is 0") {
    def odds(before: Seq[Any], now: Seq[Any]): Odds =
      Odds.between(ProfileOf.column("y", before).head, ProfileOf.column("y", now).head, 0.001)
    val gone = odds(binary(500, 1000), binary(0, 1000))
    assert(math.abs(gone.ratio - 1000.5 / 0.5) < 1e-9)
    val more = odds(binary(100, 1000), binary(300, 1000))
    assert(math.abs(more.ratio - (300.5 / 700.5) / (100.5 / 900.5)) < 1e-12)
    assert(odds(binary(5, 20), binary(6, 20)) == new Odds(null, 1))
  }

  test("each limit stops alone, and only where it is on") {
    val vanished = binary(1, 1000)
    val off = "validate.label.odds { warn = off, stop = off }"
    val champion = Some(ProfileOf.days("y", rare))
    assert(Judged.of(judged(Task.BINARY, champion, vanished, settings = off)) == Passes)
    assert(
      Judged.broken(judged(Task.BINARY, champion, vanished)) ==
        Seq("stop", "warn").map("odds of a class against the champion's, " + _)
    )
    val most = judged(Task.BINARY, Some(ProfileOf.days("y", calm)), binary(800, 1000))
    assert(Judged.broken(most).contains("label against the champion's, stop"))
    assert(!Judged.broken(most).contains("odds of a class against the champion's, stop"))
  }

  test("without a champion the run's own days tell whether one class alone is broken") {
    def of(days: Seq[Seq[Any]]): String = {
      val own = ProfileOf.days("y", days)
      Judged.of(judged(Task.BINARY, None, days.last, own = Some(own)))
    }
    assert(of(tenDays(binary(250, 1000)) :+ binary(0, 1000)) == Stops)
    assert(of(tenDays(binary(250, 1000)) :+ binary(240, 1000)) == Passes)
    assert(of(Seq(binary(250, 1000), binary(0, 1000))) == Passes) // too few days
    assert(of(Seq.fill(5)(binary(250, 1000)) ++ Seq.fill(5)(binary(0, 1000))) == Passes)
  }
}
