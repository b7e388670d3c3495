package dev.lockstep.validation

import java.util.{Collections, TreeMap}

import scala.jdk.CollectionConverters._

import dev.lockstep.config.ValidateConfig.Strictness
import dev.lockstep.validation.Judged._
import dev.lockstep.validation.profile.{Profile, ProfileOf}
import org.scalatest.funsuite.AnyFunSuite

class SchemaCheckSuite extends AnyFunSuite {
  private val before =
    Map("id" -> "bigint", "x" -> "int", "note" -> "string", "v" -> "array<float>")
  private val used = Set("id", "x", "v").asJava

  private def profile(schema: Map[String, String], length: Int = 2): Profile = {
    val arrays = ProfileOf.days("v", Seq(Seq.fill(3)(Seq.fill(length)(1f))))
    new Profile(3, arrays.lastDay, "y", new TreeMap[String, String](schema.asJava), arrays.columns)
  }

  private def judged(now: Profile, strictness: Strictness = Strictness.STOP): Judgement = {
    val judgement = new Judgement
    new SchemaCheck(strictness, profile(before), judgement).run(now, used)
    judgement
  }

  private val cases = Seq(
    ("the same columns", profile(before), Passes),
    ("a new column", profile(before + ("gate" -> "int")), Passes),
    ("a used number of another width", profile(before + ("x" -> "bigint")), Stops),
    ("a used number with fractions", profile(before + ("x" -> "double")), Stops),
    ("a used number as text", profile(before + ("x" -> "string")), Stops),
    ("an unused column of another type", profile(before + ("note" -> "int")), Warns),
    ("an unused column gone", profile(before - "note"), Warns),
    ("arrays of another length", profile(before, length = 3), Stops)
  )

  for ((name, now, outcome) <- cases)
    test(s"$name: $outcome") {
      assert(Judged.of(judged(now)) == outcome)
      val weaker = if (outcome == Stops) Warns else outcome
      assert(Judged.of(judged(now, Strictness.WARN)) == weaker)
      assert(Judged.of(judged(now, Strictness.OFF)) == Passes)
    }

  test("lines name column and types, the nearest new column, and new ones") {
    assert(
      judged(profile(before + ("x" -> "double"))).verdict().rejection.get ==
        "Invalid type of column x: double, the champion's was int (validate.schema)"
    )
    assert(
      judged(profile(before - "note" + ("notes" -> "string"))).verdict().notices.asScala == Seq(
        "New columns since the champion: notes",
        "Warning: column note: the source has it no more, the run does not use it, nearest new one: " +
          "notes (validate.schema)"
      )
    )
    assert(
      judged(profile(before, length = 3)).verdict().rejection.get ==
        "Invalid column v: arrays of 3 elements, the champion's had 2 (validate.schema)"
    )
  }

  test("a champion without a profile of the arrays says nothing of their length") {
    val judgement = new Judgement
    val numbers =
      new Profile(3, null, "y", new TreeMap[String, String](before.asJava), Collections.emptyList())
    new SchemaCheck(Strictness.STOP, numbers, judgement).run(profile(before, length = 3), used)
    assert(Judged.of(judgement) == Passes)
  }
}
