package dev.lockstep.job

import java.time.Instant
import java.util.Collections.singletonList

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.VersionRow
import org.apache.commons.io.FileUtils
import org.apache.spark.sql.{Column, DataFrame, functions => f}
import org.scalatest.funsuite.AnyFunSuite

/** Real weather and real weekdays pass; the same night in other units, halved or mislabelled stops.
  */
class BrokenFlightsSuite extends AnyFunSuite with SharedSpark {
  private val last = "2013-03-07"
  private val isLast = f.col("date") === f.lit(last).cast("date")

  private def window: DataFrame =
    spark.read.parquet("data/flights").where(s"date > date'$last' - 60 and date <= date'$last'")

  private def onLast(column: String, value: Column): DataFrame =
    window.withColumn(
      column,
      f.when(isLast, value).otherwise(f.col(column)).cast(window.schema(column).dataType)
    )

  private def prepare(place: Workplace, date: String, runId: String, source: String): Ended =
    place.run(
      new PrepareJob,
      Seq("--conf", "conf/flights.conf", "--store", place.store.toString)
        ++ Seq("--date", date, "--run-id", runId)
        ++ Seq("--set", "data.window=60 days", "--set", s"data.source=$source"): _*
    )

  test("a night of March passes, and stops when its day is broken") {
    val place = new Workplace(spark)
    try {
      val before = prepare(place, "2013-03-06", "before", "data/flights")
      assert(before.code == 0, before.err)
      // The champion as far as a later night looks at it: its row, and the profile in its directory.
      val version = place.store.resolve("models/flights/before")
      FileUtils.copyDirectory(place.store.resolve("prepared/before").toFile, version.toFile)
      val champion = new VersionRow(
        "flights",
        "before",
        "before",
        java.time.LocalDate.parse("2013-03-06"),
        version.toString,
        null,
        "champion",
        Instant.EPOCH,
        "promoted"
      )
      place.tables.writeVersions("flights", _ => singletonList(champion))
      val good = prepare(place, last, "good", "data/flights")
      assert(good.code == 0, good.err)
      val broken = Seq(
        ("km", onLast("distance", f.col("distance") * 1.609344), "Invalid column distance: "),
        (
          "celsius",
          onLast("temperature", (f.col("temperature") - 32) / 1.8),
          "Invalid column temperature: "
        ),
        (
          "half",
          window.where(!isLast || f.col("id") % 2 === 0),
          s"Invalid volume of $last: 433 rows, where such days have 925"
        ),
        ("missing", window.where(!isLast), s"Missing rows of $last: none"),
        ("label", onLast("late", f.lit(0)), "Invalid data.label late: all 881 rows"),
        (
          "carrier",
          onLast("carrier", f.regexp_replace(f.col("carrier"), "B6", "JB")),
          "Invalid column carrier: 0.178 of the rows"
        )
      )
      for ((name, rows, line) <- broken) {
        place.write(name, rows)
        val ended = prepare(place, last, name, place.source(name).toString)
        assert(ended.code == 3 && ended.err.linesIterator.toSeq.last.startsWith(line), ended)
        assert(place.tables.checks(name).asScala.exists(!_.passed))
        assert(!place.store.resolve(s"prepared/$name").toFile.exists)
      }
    } finally place.delete()
  }
}
