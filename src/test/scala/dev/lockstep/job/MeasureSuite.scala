package dev.lockstep.job
import java.time.LocalDate
import scala.jdk.CollectionConverters._
import dev.lockstep.SharedSpark
import dev.lockstep.metrics.VersionRow
import org.apache.spark.sql.{functions => f}
import org.scalatest.funsuite.AnyFunSuite
class MeasureSuite extends AnyFunSuite with SharedSpark {
  test("nights") {
    val place = new Workplace(spark)
    def run(date: LocalDate, name: String, source: String) = place.run(new PrepareJob, "--conf", "conf/flights.conf",
      "--store", place.store.toString, "--date", date.toString, "--run-id", name, "--set", "data.window=60 days", "--set", s"data.source=$source")
    def show(name: String, e: Ended, ms: Long) = {
      val bad = place.tables.checks(name).asScala.filterNot(_.passed).map(c => s"${c.rule}/${c.column}=${"%.3f".format(c.observed: Double)}>${"%.3f".format(c.threshold: Double)}")
      println(s"NIGHT $name code ${e.code} $ms ms failed: ${bad.mkString("; ")}")
      if (e.code != 0) println("  LINE " + e.err.linesIterator.toSeq.lastOption)
    }
    def promote(date: LocalDate, name: String) = place.tables.writeVersions("flights", _ => java.util.Arrays.asList(
      new VersionRow("flights", name, name, date, place.store.resolve(s"prepared/$name").toString, "x", "champion", java.time.Instant.EPOCH, "measured")))
    val flights = spark.read.parquet("data/flights")
    val first = LocalDate.parse("2013-03-01")
    val stay = sys.props.contains("stay")
    for (i <- 0 until sys.props.getOrElse("nights", "30").toInt) {
      val date = first.plusDays(i); val name = s"n-$date"
      val t = System.nanoTime
      val e = run(date, name, "data/flights")
      show(name, e, (System.nanoTime - t) / 1000000)
      if (e.code == 0 && (!stay || i == 0)) promote(date, name)
      if (i % 7 == 5) {
        val next = date.plusDays(1)
        val day = f.col("date") === f.lit(next.toString).cast("date")
        val window = flights.where(f.col("date") <= f.lit(next.toString).cast("date") && f.col("date") > f.lit(next.minusDays(60).toString).cast("date"))
        def on(c: String, v: org.apache.spark.sql.Column) = window.withColumn(c, f.when(day, v).otherwise(f.col(c)).cast(window.schema(c).dataType))
        for ((n, rows) <- Seq("km" -> on("distance", f.col("distance") * 1.609), "celsius" -> on("temperature", (f.col("temperature") - 32) / 1.8),
          "hours" -> on("scheduled_departure", f.col("scheduled_departure") / 60), "seconds" -> on("scheduled_departure", f.col("scheduled_departure") * 60),
          "hhmm" -> on("scheduled_departure", f.floor(f.col("scheduled_departure") / 60)*100 + f.col("scheduled_departure") % 60),
          "half" -> window.where(!day || f.col("id") % 2 === 0),
          "false" -> on("late", f.lit(0)), "carrier" -> on("carrier", f.when(f.col("carrier") === "B6", "JB").otherwise(f.col("carrier"))))) {
          val b = s"b-$next-$n"
          place.write(b, rows)
          val t = System.nanoTime
          show(b, run(next, b, place.source(b).toString), (System.nanoTime - t) / 1000000)
        }
      }
    }
    place.delete()
  }
}
