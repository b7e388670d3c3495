package dev.lockstep.job

import java.nio.file.{Files, Path}

import dev.lockstep.SharedSpark
import dev.lockstep.config.TinyConfig
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

class ReadyJobSuite extends AnyFunSuite with SharedSpark {
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

  test("timestamps of 96 bits, which have no statistics, are read") {
    val folder = Files.createTempDirectory("lockstep-ready").resolve("rows")
    spark
      .sql(
        """select * from values (timestamp'2024-01-01 00:00:00'), (null),
        | (timestamp'2024-01-02 23:59:59.999999'), (timestamp'2024-01-04 00:00:00') as t(day)""".stripMargin
      )
      .coalesce(1)
      .write
      .parquet(folder.toString)
    for (day <- Seq("2024-01-01", "2024-01-02", "2024-01-04"))
      assert(result(folder, day)("ready") == true, day)
    for (day <- Seq("2023-12-31", "2024-01-03", "2024-01-05"))
      assert(result(folder, day)("ready") == false, day)
  }

  test("a file that is half there says that the day is not, and which file it is") {
    val folder = Files.createTempDirectory("lockstep-ready")
    val whole = Files.readAllBytes(Path.of("data/flights/2013-01.parquet"))
    for (length <- Seq(0, 3, whole.length / 2)) {
      val part = Files.write(folder.resolve("part.parquet"), whole.take(length))
      val found = result(folder, "2013-01-02", "date")
      assert(found("ready") == false)
      assert(found("reason").toString.startsWith(s"cannot read file:$part yet ("))
    }
    Files.write(folder.resolve("part.parquet"), whole)
    assert(result(folder, "2013-01-02", "date")("ready") == true)
  }

  test("a folder with a table's name is a folder, as for the jobs that read it") {
    val folder = Files.createTempDirectory(Path.of(""), "ready_")
    try assert(result(folder.getFileName)("ready") == false)
    finally FileUtils.deleteDirectory(folder.toFile)
  }

  test("a table is ready once it has a row of the day") {
    val table = "ready_orders"
    assert(result(Path.of(table))("reason") == s"no folder and no table $table yet")
    spark.sql("select date'2024-01-02' as `Day`, 1 as id").write.saveAsTable(table)
    try {
      assert(
        result(Path.of(table)) == Map(
          "date" -> "2024-01-02",
          "ready" -> true,
          "reason" -> s"rows in $table"
        )
      )
      val next = result(Path.of(table), "2024-01-03")
      assert(next("ready") == false && next("reason") == s"no rows in $table yet")
    } finally spark.sql(s"drop table $table")
  }

  test("a day and the column with it are needed") {
    val noDay = ready("--conf", "conf/flights.conf")
    assert(noDay.code == 2 && noDay.err.startsWith("Missing --date: no day"))
    val file = TinyConfig.file(TinyConfig.text).toString
    val noColumn = ready("--conf", file, "--date", "2024-01-02")
    assert(noColumn.code == 2 && noColumn.err.startsWith("Missing data.date"))
  }

  private def result(
      source: Path,
      day: String = "2024-01-02",
      column: String = "day"
  ): Map[String, Any] = {
    val more = s"""data { source = "$source", date = $column }"""
    val file = TinyConfig.file(TinyConfig.text + more + "\n").toString
    val ended = ready("--conf", file, "--date", day)
    assert(ended.code == 0, ended.err)
    Workplace.json(ended.out)
  }
}
