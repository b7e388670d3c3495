package dev.lockstep.job

import java.nio.file.{Files, Path}

import dev.lockstep.config.TinyConfig
import org.scalatest.funsuite.AnyFunSuite

class ReadyJobSuite extends AnyFunSuite {
  private def ready(arguments: String*): Ended = Streams.run(new ReadyJob, arguments: _*)

  private def demo(day: String): Map[String, Any] = {
    val ended = ready("--conf", "conf/flights.conf", "--date", day)
    assert(ended.code == 0, ended.err)
    Workplace.json(ended.out)
  }

  test("a day is there once a file has a row of it") {
    for (day <- Seq("2013-01-01", "2013-06-30", "2013-12-31")) {
      val result = demo(day)
      assert(result("ready") == true && result("date") == day)
      assert(result("reason").toString.endsWith(s"data/flights/${day.take(7)}.parquet"))
    }
  }

  test("a day before, after or without files is not there yet, which is no failure") {
    for (day <- Seq("2012-12-31", "2014-01-01")) assert(demo(day)("ready") == false)
    val nowhere = Files.createTempDirectory("lockstep-ready").resolve("none")
    assert(result(nowhere)("ready") == false)
  }

  test("a folder named by the day tells without a look into its file; a hidden one counts not") {
    val folder = Files.createTempDirectory("lockstep-ready")
    val day = Files.createDirectory(folder.resolve("day=2024-01-02"))
    Files.write(day.resolve(".part.parquet"), Array[Byte](1))
    assert(result(folder)("ready") == false)
    Files.write(day.resolve("part.parquet"), Array[Byte](1))
    assert(result(folder)("ready") == true)
    assert(result(folder, "2024-01-03")("ready") == false)
  }

  test("a day and the column with it are needed") {
    val noDay = ready("--conf", "conf/flights.conf")
    assert(noDay.code == 2 && noDay.err.startsWith("Missing --date: no day"))
    val file = TinyConfig.file(TinyConfig.text).toString
    val noColumn = ready("--conf", file, "--date", "2024-01-02")
    assert(noColumn.code == 2 && noColumn.err.startsWith("Missing data.date"))
  }

  private def result(source: Path, day: String = "2024-01-02"): Map[String, Any] = {
    val more = s"""data { source = "$source", date = day }"""
    val file = TinyConfig.file(TinyConfig.text + more + "\n").toString
    val ended = ready("--conf", file, "--date", day)
    assert(ended.code == 0, ended.err)
    Workplace.json(ended.out)
  }
}
