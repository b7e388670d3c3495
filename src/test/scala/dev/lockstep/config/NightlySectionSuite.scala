package dev.lockstep.config

import org.scalatest.funsuite.AnyFunSuite

class NightlySectionSuite extends AnyFunSuite {

  test("a schedule changes no run's identity") {
    val plain = TinyConfig.load()
    val planned = TinyConfig.load(
      "nightly { cron = \"0 3 * * *\", start = 2013-01-01, catchup = true, wait = 90 minutes }"
    )
    assert(planned.identity == plain.identity && planned.json != plain.json)
  }

  test("what no scheduler could read is refused") {
    val wrong = Seq(
      "cron" -> "\"at night\"",
      "scoring" -> "weekly",
      "start" -> "yesterday",
      "catchup" -> "maybe",
      "wait" -> "12",
      "timeout" -> "\"long\"",
      "retries" -> "-1",
      "retry-delay" -> "\"1 week\""
    )
    for ((key, value) <- wrong) {
      val lines = TinyConfig.problems(s"nightly.$key = $value\n")
      assert(lines.size == 1 && lines.head.contains(s"nightly.$key: "), lines)
    }
  }

  test("the last day is not before the first") {
    val lines = TinyConfig.problems("nightly { start = 2013-02-01, end = 2013-01-31 }\n")
    assert(lines == Seq("Invalid nightly.end: \"2013-01-31\" (must not be before nightly.start)"))
  }
}
