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

  test("a cron expression has the fields that a scheduler knows") {
    val right =
      Seq("30 3 * * *", "0,30 */2 1-15 jan-mar mon-FRI", "0 5/6 L * *", "0 0 * * fri#2,L5")
    for (cron <- right; key <- Seq("cron", "scoring"))
      assert(TinyConfig.problems(s"""nightly.$key = "$cron"\n""").isEmpty, cron)
    val wrong = Seq(
      "0 25 * * *",
      "60 0 * * *",
      "0 0 0 * *",
      "0 0 * 13 *",
      "0 0 * * 8",
      "0 0 * * noday",
      "*/0 * * * *",
      "0 0, * * *",
      "a b c d e",
      "0 0 * * * 5",
      "@daily"
    )
    for (cron <- wrong; key <- Seq("cron", "scoring")) {
      val lines = TinyConfig.problems(s"""nightly.$key = "$cron"\n""")
      assert(
        lines.size == 1 && lines.head.startsWith(s"""Invalid nightly.$key: "$cron" (must be"""),
        lines
      )
    }
  }

  test("days to make up for have a first one") {
    assert(
      TinyConfig.problems("nightly.catchup = true\n") ==
        Seq("Invalid nightly.catchup: true (needs nightly.start, the first day to make up for)")
    )
    assert(TinyConfig.problems("nightly { catchup = true, start = 2013-01-01 }\n").isEmpty)
  }

  test("settings of Spark have any names of Spark, but do not say where jobs run") {
    val loaded = TinyConfig.load(
      "nightly.spark { \"spark.executor.cores\" = 2, spark.hadoop.fs.s3a.secret.key = abc }\n"
    )
    assert(loaded.json.contains("\"spark.executor.cores\":\"2\"") && !loaded.json.contains("abc"))
    assert(loaded.identity == TinyConfig.load().identity)
    val wrong = Seq(
      "executor.cores = 2" -> "executor.cores (must be settings of Spark",
      "spark.jars = [a]" -> "spark.jars (must be settings of Spark",
      "\"spark.master\" = yarn" -> "spark.master (the Airflow connection says",
      "spark.submit.deployMode = cluster" -> "spark.submit.deployMode (the Airflow connection says"
    )
    for ((setting, problem) <- wrong) {
      val lines = TinyConfig.problems(s"nightly.spark { $setting }\n")
      assert(lines.size == 1 && lines.head.startsWith(s"Invalid nightly.spark: $problem"), lines)
    }
    assert(TinyConfig.problems("nightly.spark = 2\n").size == 1)
  }

  test("the last day is not before the first") {
    val lines = TinyConfig.problems("nightly { start = 2013-02-01, end = 2013-01-31 }\n")
    assert(lines == Seq("Invalid nightly.end: \"2013-01-31\" (must not be before nightly.start)"))
  }
}
