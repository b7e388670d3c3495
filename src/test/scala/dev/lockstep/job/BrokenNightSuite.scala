package dev.lockstep.job

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.CheckRow
import org.apache.spark.sql.{DataFrame, functions => f}
import org.scalatest.funsuite.AnyFunSuite

/** Nights whose newest day is broken stop before anything is prepared; good ones and odd ones pass.
  */
class BrokenNightSuite extends AnyFunSuite with SharedSpark {
  private val night = "2024-01-30"

  /** Thirty days of forty trips: distances, temperatures, kinds, a weekday. */
  private def trips: DataFrame =
    spark
      .range(1, 1201)
      .selectExpr(
        "id",
        "date_add(date'2024-01-01', cast((id - 1) div 40 as int)) as day",
        "100 + pmod(xxhash64(id), 1000) / 1.0 as a",
        "50 + 0.1 * pmod((id - 1) div 40, 5) + pmod(xxhash64(id, 1), 100) / 20.0 as b",
        "concat('kind ', pmod(xxhash64(id, 2), 4)) as kind",
        "dayofweek(date_add(date'2024-01-01', cast((id - 1) div 40 as int))) as weekday",
        "cast(pmod(xxhash64(id, 3), 10) < 4 as int) as late",
        "'unused' as note"
      )

  private val isNight = f.col("day") === f.lit(night).cast("date")

  private def onNight(column: String, value: org.apache.spark.sql.Column): DataFrame =
    trips.withColumn(
      column,
      f.when(isNight, value).otherwise(f.col(column)).cast(trips.schema(column).dataType)
    )

  private lazy val place = {
    val place = new Workplace(spark)
    place.write("trips", trips)
    val champion =
      place.result(new NightlyJob, "--conf", settings("trips", "", place), "--date", "2024-01-29")
    assert(champion("decision") == "promoted")
    place
  }

  private def settings(source: String, more: String, place: Workplace): String =
    place.settings(
      "data { window = 28 days, features { numeric = [a, b], categorical = [kind, weekday] } }\n" + more,
      source
    )

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def prepare(
      name: String,
      rows: => DataFrame,
      more: String = "",
      date: String = night
  ): Ended = {
    if (!Files.exists(place.source(name))) place.write(name, rows)
    place.run(
      new PrepareJob,
      Seq("--conf", settings(name, more, place), "--date", date, "--run-id", s"run-$name"): _*
    )
  }

  private def checks(name: String): Seq[CheckRow] = place.tables.checks(s"run-$name").asScala.toSeq

  private def champion(model: String): Seq[String] =
    place.tables.versions(model).asScala.filter(_.status == "champion").map(_.version).toSeq

  /** The night stops with the line, the reason is in the tables, and nothing else has changed. */
  private def stops(
      name: String,
      rows: => DataFrame,
      line: String,
      rule: String,
      column: String,
      more: String = "",
      model: String = "orders"
  ) {
    val before = champion(model)
    val stored = place.stored.filterNot(_._1.contains("leases"))
    for (time <- Seq("first", "again")) {
      val ended = prepare(name, rows, more)
      assert(ended.code == 3, s"$time: $ended")
      val error = ended.err.linesIterator.toSeq.last
      assert(error.startsWith(line), s"$time: ${ended.err}")
      val failed = checks(name).filter(row => !row.passed && row.rule == rule)
      assert(failed.map(_.column).contains(column), checks(name).filterNot(_.passed))
      assert(checks(name).distinct == checks(name))
      val runs = place.tables.runs(s"run-$name").asScala
      assert(runs.map(_.status) == Seq("rejected") && runs.head.error == error)
    }
    assert(champion(model) == before && before.size == 1)
    assert(!Files.exists(place.store.resolve(s"prepared/run-$name")))
    assert(place.stored.filterNot(_._1.contains("leases")) == stored)
  }

  test("a good night passes, and says how many checks did") {
    val ended = prepare("trips", trips)
    assert(ended.code == 0, ended.err)
    val counts =
      Workplace.json(ended.out)("checks").asInstanceOf[java.util.Map[String, Int]].asScala
    assert(counts("warned") == 0 && counts("failed") == 0, ended.err)
    assert(counts("passed") == checks("trips").size && checks("trips").size > 20)
    assert(
      checks("trips").exists(row => row.rule == "compared with a champion" && row.observed == 1)
    )
    val version = place.store.resolve(s"models/orders/${champion("orders").head}/profile.json")
    assert(Files.exists(version))
  }

  test("a night without rows of its day stops") {
    stops(
      "missing-day",
      trips.where(!isNight),
      "Missing rows of 2024-01-30: none (the days before have 40; validate.missing-day)",
      "day has rows",
      null
    )
  }

  test("half a day's rows stop") {
    stops(
      "half-day",
      trips.where(!isNight || f.col("id") % 2 === 0),
      "Invalid volume of 2024-01-30: 20 rows, where such days have 40 (validate.volume.stop is 0.4)",
      "rows of the day against recent days, stop",
      null
    )
  }

  test("a day that is there twice under other keys stops") {
    stops(
      "twice",
      trips.union(trips.where(isNight).withColumn("id", f.col("id") + 100000)),
      "Invalid volume of 2024-01-30: 80 rows, where such days have 40",
      "rows of the day against recent days, stop",
      null
    )
  }

  test("a window that lost its older days stops") {
    stops(
      "short",
      trips.where("day >= date'2024-01-20'"),
      "Invalid volume of the window: 440 rows, where recent nights had 1120",
      "rows of the window against recent nights, stop",
      null
    )
  }

  test("a renamed column stops") {
    stops(
      "renamed",
      trips.withColumnRenamed("kind", "kinds"),
      "Missing column in data.features.categorical: kind (nearest: kinds, ",
      "column exists",
      "kind"
    )
  }

  test("a column of another type stops") {
    stops(
      "type",
      trips.withColumn("day", f.col("day").cast("timestamp")),
      "Invalid type of column day: timestamp, the champion's was date (validate.schema)",
      "type of the champion's source",
      "day"
    )
  }

  test("a label that is false all day stops") {
    stops(
      "label",
      onNight("late", f.lit(0)),
      "Invalid data.label late: all 40 rows of 2024-01-30 have 0, 0.",
      "classes of the day",
      "late"
    )
  }

  test("a category never seen stops") {
    stops(
      "unseen",
      onNight("kind", f.when(f.col("id") % 8 === 0, "kind X").otherwise(f.col("kind"))),
      "Invalid column kind: 0.125 of the rows of 2024-01-30 have a value that no training row of the champion has (validate.unseen.stop is 0.02)",
      "categories never seen, stop",
      "kind"
    )
  }

  test("a feature in other units stops, and the others are counted") {
    stops(
      "units",
      onNight("a", f.col("a") / 1000),
      "Invalid column a: ",
      "shift from the nearest day, stop",
      "a"
    )
    assert(
      place.tables
        .runs("run-units")
        .get(0)
        .error
        .matches(".*; \\d more findings? in the table checks\\)")
    )
  }

  test("a key that comes twice stops") {
    stops(
      "duplicates",
      trips.union(trips.where("id = 1190")),
      "Invalid data.key: 2 of 1121 rows share theirs, for instance id = 1190",
      "unique",
      "id"
    )
  }

  /** A model of its own, whose champion is of the day before. */
  private def model(name: String, more: String): String = {
    val settings = s"model = $name, $more\n"
    val night =
      place.result(
        new NightlyJob,
        Seq("--conf", this.settings("trips", settings, place), "--date", "2024-01-29"): _*
      )
    assert(night("decision") == "promoted")
    settings
  }

  test("where whole days are held out, the newest day is judged as well") {
    val byDays = model(
      "by-days",
      "data.split = null, data.split { validation-days = 2, test-days = 2 }, gate.floor = 0"
    )
    val good = prepare("by-days-good", trips, byDays)
    assert(good.code == 0 && !good.err.contains("Warning"), good.err)
    stops(
      "by-days-units",
      onNight("a", f.col("a") / 1000),
      "Invalid column a: ",
      "shift from the nearest day, stop",
      "a",
      byDays,
      "by-days"
    )
    stops(
      "by-days-label",
      onNight("late", f.lit(0)),
      "Invalid data.label late: all 40 rows of 2024-01-30 have 0, 0.",
      "classes of the day",
      "late",
      byDays,
      "by-days"
    )
    stops(
      "by-days-half",
      trips.where(!isNight || f.col("id") % 2 === 0),
      "Invalid volume of 2024-01-30: 20 rows, where such days have 40",
      "rows of the day against recent days, stop",
      null,
      byDays,
      "by-days"
    )
  }

  test("a regression's label in other units stops") {
    val regression = model(
      "regression",
      "data { task = regression, label = a, features.numeric = [b] }, gate { metric = rmse, floor = 1000 }"
    )
    val good = prepare("regression-good", trips, regression)
    assert(good.code == 0 && !good.err.contains("Warning"), good.err)
    stops(
      "regression-units",
      onNight("a", f.col("a") / 1000),
      "Invalid data.label a: the rows of 2024-01-30 differ by 1 from the champion's training rows",
      "label against the champion's, stop",
      "a",
      regression,
      "regression"
    )
  }

  test("warnings are told, and the night goes on") {
    val ended = prepare(
      "warned",
      trips.where(!isNight || f.col("id") % 4 =!= 0).drop("note").withColumn("gate", f.lit(1))
    )
    assert(ended.code == 0, ended.err)
    assert(ended.err.contains("New columns since the champion: gate"), ended.err)
    assert(
      ended.err.contains(
        "Warning: volume of 2024-01-30: 30 rows, where such days have 40 (validate.volume.warn is 0.2)"
      ),
      ended.err
    )
    assert(ended.err.contains("Warning: column note: the source has it no more"), ended.err)
    val counts =
      Workplace.json(ended.out)("checks").asInstanceOf[java.util.Map[String, Int]].asScala
    assert(counts("warned") == 2 && counts("failed") == 0)
    assert(checks("warned").count(!_.passed) == 2)
  }

  test("every threshold can be off") {
    val off =
      """validate {
        |  missing-day = off, schema = off
        |  volume { warn = off, stop = off }, label { warn = off, stop = off }
        |  unseen { warn = off, stop = off }
        |  drift { psi { warn = off, stop = off }, gap { warn = off, stop = off }, shift { warn = off, stop = off } }
        |}""".stripMargin
    val broken = onNight("late", f.lit(0))
      .withColumn("a", f.when(isNight, f.col("a") / 1000).otherwise(f.col("a")))
      .where(!isNight || f.col("id") % 2 === 0)
    val ended = prepare("off", broken, off)
    assert(ended.code == 0, ended.err)
    assert(!ended.err.contains("Warning"), ended.err)
  }

  test("a first night is not compared, and says so") {
    val first = new Workplace(spark)
    try {
      first.write("trips", trips)
      val ended =
        first.run(new PrepareJob, "--conf", settings("trips", "", first), "--date", night)
      assert(ended.code == 0, ended.err)
      assert(
        ended.err.contains(
          "Not checked: schema and drift (the model has no champion with a profile)"
        )
      )
    } finally first.delete()
  }
}
