package dev.lockstep.job

import java.nio.file.Files
import java.time.Instant

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.VersionRow
import dev.lockstep.storage.HaltingFileSystem
import org.apache.spark.ml.PipelineModel
import org.apache.spark.sql.{DataFrame, Row, functions => f}
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite

/** Scoring by a champion, through the job. */
class ScoreSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    place.result(new TrainJob, "--conf", place.settings(), "--run-id", "first")
    place.result(new TrainJob, "--conf", place.settings("train.seed = 8"), "--run-id", "second")
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def promote(version: String, model: String = "orders"): Unit =
    place.tables.writeVersions(
      model,
      rows =>
        rows.asScala.map { row =>
          val status =
            if (row.version == version) "champion"
            else if (row.status == "champion") "retired"
            else row.status
          new VersionRow(
            row.model,
            row.version,
            row.runId,
            row.logicalDate,
            row.path,
            row.sha256,
            status,
            Instant.EPOCH,
            "by hand"
          )
        }.asJava
    )

  private def score(arguments: String*): Map[String, Any] =
    place.result(new ScoreJob, "--conf" +: place.settings() +: arguments: _*)

  private def refused(settings: String, arguments: String*): Ended =
    place.run(new ScoreJob, "--conf" +: settings +: arguments: _*)

  private def predictions: DataFrame =
    spark.read.parquet(place.store.resolve("predictions/orders").toString)

  /** What plain DL4J makes of the version's own pipeline's features, by id. */
  private def plain(version: String, rows: DataFrame): Map[Long, Double] = {
    val home = place.store.resolve(s"models/orders/$version")
    val network = ModelSerializer.restoreMultiLayerNetwork(home.resolve("network.zip").toFile)
    val pipeline = PipelineModel.load(home.resolve("features").toString)
    val vectors: Array[Row] = pipeline.transform(rows).select("id", "__lockstep_vector").collect()
    vectors
      .map { row =>
        val features = row.getAs[org.apache.spark.ml.linalg.Vector](1).toArray.map(_.toFloat)
        val input = Nd4j.createFromArray(Array(features))
        row.getLong(0) -> network.output(input, false).getDouble(0L)
      }
      .toMap[Long, Double]
  }

  test("without a champion a lone job says what to do") {
    val ended = refused(place.settings(), "--date", "2024-02-05")
    assert(ended.code == 2 && ended.out.isEmpty)
    assert(
      ended.err == "Missing champion: orders has none (jobs/promote makes one; --model-version scores by another version)\n"
    )
  }

  test("the next day's rows are scored, as plain DL4J does, and every row says by what") {
    promote("first")
    val result = score("--date", "2024-01-20")
    assert(result("rows") == 10 && result("version") == "first" && result("unpredicted") == 0)
    assert(result("date") == "2024-01-20" && result("day") == "2024-01-21")
    assert(result("rows_per_second").asInstanceOf[Number].longValue > 0)
    assert(result("path") == s"file:${place.store}/predictions/orders/date=2024-01-20")
    val rows = predictions.where("date = '2024-01-20'")
    assert(
      rows.columns.toSeq ==
        Seq("id", "event_date", "prediction", "probability", "version", "run_id", "date")
    )
    val day = spark.read.parquet(place.source("orders").toString).where("day = '2024-01-21'")
    val expected = plain("first", day)
    val found = rows.collect()
    assert(found.map(_.getAs[Long]("id")).toSet == expected.keySet)
    for (row <- found) {
      val probability = row.getAs[Double]("probability")
      assert(math.abs(probability - expected(row.getAs[Long]("id"))) < 1e-6)
      assert(row.getAs[Int]("prediction") == (if (probability > 0.5) 1 else 0))
      assert(row.getAs[String]("version") == "first")
      assert(row.getAs[String]("run_id") == result("run_id"))
      assert(row.getAs[java.sql.Date]("event_date").toString == "2024-01-21")
    }
  }

  test("a rerun changes nothing, and after a promotion overwrites") {
    promote("first")
    val before = score("--date", "2024-01-22")
    val file = place.store.resolve("predictions/orders/date=2024-01-22/predictions.parquet")
    val (stamp, rows) =
      (Files.getLastModifiedTime(file), predictions.where("date = '2024-01-22'").collect().toSet)
    val again = place.run(new ScoreJob, "--conf", place.settings(), "--date", "2024-01-22")
    assert(again.err.startsWith("Predictions are there already, by first of the same rows"))
    val unchanged = Workplace.json(again.out)
    assert(unchanged("unchanged") == true && unchanged("rows_per_second") == null)
    val ofAttempt = Set("unchanged", "seconds", "rows_per_second")
    assert(unchanged -- ofAttempt == before -- ofAttempt)
    assert(Files.getLastModifiedTime(file) == stamp)
    promote("second")
    val promoted = score("--date", "2024-01-22")
    assert(promoted("version") == "second" && promoted("unchanged") == false)
    val now = predictions.where("date = '2024-01-22'").collect().toSet
    assert(now.size == rows.size && now.map(_.getAs[String]("version")) == Set("second"))
    assert(now.map(_.getAs[Long]("id")) == rows.map(_.getAs[Long]("id")))
    assert(file.getParent.toFile.list().toSeq == Seq("predictions.parquet"))
  }

  test(
    "killed while it writes: readers have the old predictions, and a rerun leaves the new ones alone"
  ) {
    promote("first")
    score("--date", "2024-01-25")
    promote("second")
    val unfinished = "predictions/orders/\\.date=2024-01-25\\.[^/]*"
    for (halt <- Seq(s"$unfinished/parts/.*", s"$unfinished/predictions.parquet")) {
      val process = new JobProcess(
        place.folder,
        classOf[ScoreJob],
        Map(
          "spark.hadoop.fs.file.impl" -> classOf[HaltingFileSystem].getName,
          "spark.lockstep.test.halt" -> s".*/$halt"
        ),
        Seq("--conf", place.settings(), "--date", "2024-01-25"): _*
      )
      val ended = process.ended()
      assert(ended.code == 137, ended)
      val found = predictions.where("date = '2024-01-25'").collect()
      assert(found.length == 10 && found.forall(_.getAs[String]("version") == "first"))
    }
    assert(place.stored.exists(_._1.contains("/.date=2024-01-25.")))
    assert(score("--date", "2024-01-25")("version") == "second")
    val found = predictions.where("date = '2024-01-25'").collect()
    assert(found.length == 10 && found.forall(_.getAs[String]("version") == "second"))
    assert(!place.stored.exists(_._1.contains("/.")))
  }

  test("a day without rows is one line, and changes nothing") {
    promote("first")
    val stored = place.stored
    val ended = refused(place.settings(), "--date", "2024-12-31")
    assert(ended.code == 3, ended)
    assert(
      ended.err == s"Missing rows to score: ${place.source("orders")} has none on 2025-01-01 (its dates go from 2024-01-01 to 2024-02-09)\n"
    )
    assert(place.stored == stored)
  }

  test("unseen categories and nulls are scored; a label is not needed") {
    promote("first")
    val odd = place
      .orders(3)
      .drop("late", "colour", "price")
      .withColumn(
        "kind",
        f.when(f.col("id") === 1, "never seen")
          .when(f.col("id") === 2, f.lit(null))
          .otherwise("kind 0")
      )
      .withColumn("a", f.lit(null).cast("double"))
    place.write("odd", odd)
    val result = score("--input", place.source("odd").toString, "--date", "2023-12-31")
    assert(result("rows") == 3 && result("unpredicted") == 0)
    val found = predictions.where("date = '2023-12-31'").collect()
    val expected = plain("first", spark.read.parquet(place.source("odd").toString))
    for (row <- found)
      assert(math.abs(row.getAs[Double]("probability") - expected(row.getAs[Long]("id"))) < 1e-6)
    val byId = found.map(row => row.getAs[Long]("id") -> row.getAs[Double]("probability")).toMap
    assert(byId(1L) != byId(3L))
  }

  test("columns that are missing or whose names are taken are refused in one line") {
    promote("first")
    place.write("narrow", place.orders(5).drop("kind"))
    val narrow = refused(place.settings(), "--input", place.source("narrow").toString)
    assert(narrow.code == 3 && narrow.err.startsWith("Cannot compute features: "), narrow)
    assert(narrow.errLines.size == 1)
    place.write("keyless", place.orders(5).drop("id"))
    val keyless = refused(place.settings(), "--input", place.source("keyless").toString)
    assert(keyless.code == 3)
    assert(keyless.err.startsWith("Missing column in data.key: id (nearest: "))
    place.write("versioned", place.orders(5).withColumn("version", f.lit("x")))
    val versioned = refused(
      place.settings("data.key = [id, version]"),
      "--input",
      place.source("versioned").toString
    )
    assert(versioned.code == 3)
    assert(versioned.err.startsWith("Unsupported column name: version (predictions have"))
    assert(refused(place.settings(), "--model-version", "third").code == 2)
  }

  test("without a date all rows are scored, for no date") {
    val result = score("--model-version", "second", "--input", place.source("orders").toString)
    assert(result("rows") == 400 && result("version") == "second" && result("date") == null)
    assert(predictions.where("date is null").count() == 400)
  }

  test("values that no network can take get null, and are counted") {
    promote("first")
    place.write(
      "endless",
      place.orders(20).withColumn("a", f.expr("if(id < 4, double('infinity'), a)"))
    )
    val ended = refused(
      place.settings(),
      "--input",
      place.source("endless").toString,
      "--date",
      "2023-11-30",
      "--set",
      "data.date=null"
    )
    assert(ended.code == 2, ended)
    val more = place.settings("score.where = \"id <= 10\"")
    val scored = place.run(
      new ScoreJob,
      "--conf",
      more,
      "--input",
      place.source("endless").toString,
      "--date",
      "2023-12-31"
    )
    assert(scored.code == 0, scored)
    val result = Workplace.json(scored.out)
    assert(result("rows") == 10 && result("unpredicted") == 3)
    assert(scored.err == "Warning: 3 of 10 rows have no usable features, and null as prediction\n")
    val nulls =
      predictions.where("date = '2023-12-31' and prediction is null and probability is null")
    assert(nulls.select("id").collect().map(_.getLong(0)).toSet == Set(1L, 2L, 3L))
  }

  private def bytes(date: String, model: String): Seq[Byte] =
    Files
      .readAllBytes(place.store.resolve(s"predictions/$model/date=$date/predictions.parquet"))
      .toSeq

  test("as a night does: a first candidate that the floor keeps leaves nothing to score by") {
    val floored = place.settings("model = floored, gate.floor = 1.0")
    place.result(new TrainJob, "--conf", floored, "--run-id", "low")
    val kept = place.result(new PromoteJob, "--conf", floored, "--run-id", "low")
    assert(kept("decision") == "kept")
    val arguments = Seq("--run-id", "low", "--date", "2024-01-20")
    assert(refused(floored, arguments: _*).code == 2)
    val ended = refused(floored, arguments :+ "--nightly": _*)
    assert(ended.code == 0 && ended.err == "Nothing is scored: floored has no champion\n", ended)
    val result = Workplace.json(ended.out)
    assert(result("rows") == 0 && result("reason") == "floored has no champion", result)
    assert(result("run_id") == "low" && result("date") == "2024-01-20", result)
  }

  test("as a night does: on the last day of the data there is no row of the next one") {
    promote("first")
    assert(refused(place.settings(), "--date", "2024-02-09").code == 3)
    val stored = place.stored
    val ended = refused(place.settings(), "--date", "2024-02-09", "--nightly")
    assert(ended.code == 0, ended)
    val reason =
      s"Missing rows to score: ${place.source("orders")} has none on 2024-02-10 (its dates go from 2024-01-01 to 2024-02-09)"
    assert(ended.err == s"Nothing is scored: $reason\n", ended)
    val result = Workplace.json(ended.out)
    assert(result("rows") == 0 && result("reason") == reason, result)
    assert(place.stored == stored)
  }

  test("a night that is cleared and scored again after a later champion is left as it was") {
    val date = "2024-01-20"
    def settings(seed: Int) =
      place.settings(s"model = nights, gate.floor = 0.0, train.seed = $seed")
    def run(seed: Int, arguments: String*) =
      place.result(
        new ScoreJob,
        Seq("--conf", settings(seed), "--run-id", "one", "--date", date) ++ arguments: _*
      )
    place.result(new TrainJob, "--conf", settings(1), "--run-id", "zero")
    place.result(new PromoteJob, "--conf", settings(1), "--run-id", "zero")
    place.result(new TrainJob, "--conf", settings(2), "--run-id", "one")
    // By hand, before the night has decided: the night's own predictions replace it.
    assert(run(2)("version") == "zero")
    place.result(new PromoteJob, "--conf", settings(2), "--run-id", "one")
    place.result(new PromoteJob, "--conf", settings(2), "--version", "one")
    val night = run(2, "--nightly")
    assert(night("version") == "one" && night("unchanged") == false, night)
    val before = bytes(date, "nights")
    place.result(new PromoteJob, "--conf", settings(1), "--version", "zero")
    val again = run(2, "--nightly")
    val ofAttempt = Set("unchanged", "seconds", "rows_per_second")
    assert(again("unchanged") == true && again -- ofAttempt == night -- ofAttempt, again)
    assert(bytes(date, "nights") == before)
    assert(run(2)("version") == "zero" && bytes(date, "nights") != before)
  }

  test("as a night does goes with neither a version nor an input") {
    val ended = refused(place.settings(), "--nightly", "--model-version", "first")
    assert(ended.code == 2, ended)
    val line =
      "Invalid --nightly: beside --model-version (a night scores its own rows by the champion)\n"
    assert(ended.err == line)
  }

  test("several classes: the most probable one's name, and the probability of each") {
    val more = "data { task = multiclass, label = colour }, model = colours"
    place.result(new TrainJob, "--conf", place.settings(more), "--run-id", "colours-1")
    promote("colours-1", "colours")
    val result = place.result(new ScoreJob, "--conf", place.settings(more), "--date", "2024-01-20")
    val rows = spark.read.parquet(result("path").toString).collect()
    assert(rows.length == 10)
    for (row <- rows) {
      val each = row.getAs[Seq[Double]]("probability")
      assert(each.size == 3 && math.abs(each.sum - 1) < 1e-6)
      assert(row.getAs[String]("prediction") == s"colour ${each.indexOf(each.max)}")
    }
  }

  test("a regression's prediction is the value") {
    val more = "data { task = regression, label = price }, model = prices"
    place.result(new TrainJob, "--conf", place.settings(more), "--run-id", "prices-1")
    promote("prices-1", "prices")
    val result = place.result(new ScoreJob, "--conf", place.settings(more), "--date", "2024-01-20")
    val rows = spark.read.parquet(result("path").toString)
    assert(rows.columns.toSeq == Seq("id", "event_date", "prediction", "version", "run_id"))
    assert(rows.where("prediction is not null").count() == 10)
  }
}
