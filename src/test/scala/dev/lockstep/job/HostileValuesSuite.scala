package dev.lockstep.job

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import org.apache.spark.sql.functions.{array, col, element_at, lit}
import org.scalatest.funsuite.AnyFunSuite

/** Names and values that mean something in SQL, paths, patterns or JSON are only values here. */
class HostileValuesSuite extends AnyFunSuite with SharedSpark {
  private val values = Seq(
    "'; drop table lockstep.metrics.runs; --",
    "\"quoted\" \\ back`tick",
    "../../../etc/passwd",
    "line\nbreak\t{}[]%s %d ${HOME}",
    "' or '1' = '1"
  )

  /** A column that is hard to name. */
  private val column = "co`lo.ur' or \"1\""

  private lazy val place = {
    val place = new Workplace(spark)
    val hostile = array(values.map(lit(_)): _*)
    place.write(
      "orders",
      place
        .orders(300)
        .withColumn(column, element_at(hostile, (col("id") % values.size + 1).cast("int")))
    )
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  test("slices and categories of any text are measured and stored as they are") {
    val quoted = "\"" + column.replace("\"", "\\\"") + "\""
    val settings = place.settings(
      s"""data.features.categorical = [kind, $quoted]
         |evaluate.slices = [$quoted]
         |train.workers = 1
         |""".stripMargin
    )
    val result = place.result(new NightlyJob, "--conf", settings, "--run-id", "hostile")
    val slices = place.tables.evaluations("hostile").asScala.map(_.slice).toSet
    for (value <- values) assert(slices.contains(s"$column=$value"), slices)
    assert(slices.size == values.size + 1)
    assert(place.tables.runs("hostile").size == 1)
    assert(result("features") == 2 + 4 + values.size + 1)
  }

  private val names =
    Seq("../x", "/tmp/x", "..", "a/b", "x'; drop table runs; --", "a b", "", "x\u0000y", "x" * 121)

  test("a run id, version or date that is no plain name is refused, and touches nothing") {
    val settings = place.settings("train.workers = 1")
    val before = place.stored
    def refused(
        line: String,
        job: java.util.concurrent.Callable[JobOutput],
        more: String*
    ): Unit = {
      val ended = place.run(job, Seq("--conf", settings) ++ more: _*)
      assert(ended.code == 2 && ended.out.isEmpty && ended.err.startsWith(line), ended)
    }
    for (name <- names) {
      refused("Invalid run id: ", new TrainJob, "--run-id", name)
      refused("Invalid run id: ", new EvaluateJob, "--model-version", name)
      refused("Invalid --date: ", new PrepareJob, "--date", name)
      refused("Invalid model: ", new PrepareJob, "--set", s"model=$name")
    }
    assert(place.stored == before)
    assert(!Files.exists(place.store.resolveSibling("x")))
  }

  test("a predicate is one condition on a row, and nothing else") {
    for (
      sql <- Seq(
        "1 = 1; drop table lockstep.metrics.runs",
        "id > 0) union select * from lockstep.metrics.runs --",
        "(select max(run_id) from lockstep.metrics.runs)",
        "java_method('java.lang.Runtime', 'getRuntime')"
      )
    ) {
      val settings = place.settings()
      val ended =
        place.run(new PrepareJob, "--conf", settings, "--run-id", "p", "--set", s"data.where=$sql")
      assert(ended.code == 2 && ended.err.startsWith("Invalid data.where: "), ended)
    }
    assert(place.tables.runs("hostile").size == 1)
  }

  test("secrets are in no table, provenance, result or error text") {
    val secret = "hunter2"
    val source = place.source("orders").toString
    val settings = place.settings("train.workers = 1")
    def masked(ended: Ended): Ended = {
      assert(!ended.out.contains(secret) && !ended.err.contains(secret), ended)
      ended
    }
    val missing = masked(
      place.run(
        new TrainJob,
        "--conf",
        settings,
        "--run-id",
        "secret",
        "--set",
        s"data.source=s3x://key:$secret@bucket/data"
      )
    )
    assert(missing.code != 0 && missing.err.contains("s3x://***@bucket/data"), missing)
    masked(place.run(new TrainJob, "--conf", settings, "--run-id", "secret", s"--password=$secret"))
    masked(place.run(new TrainJob, "--conf", settings, "--store", s"s3x://key:$secret@bucket/x"))
    masked(
      place.run(
        new TrainJob,
        "--conf",
        settings,
        "--set",
        s"spark.hadoop.fs.s3a.secret.key=$secret"
      )
    )
    // A file system takes the user part of a URI for its own; the local one has none.
    val user = place.run(
      new NightlyJob,
      "--conf",
      settings,
      "--run-id",
      "secret",
      "--set",
      s"data.source=file://$source?access_key=$secret"
    )
    masked(user)
    val attempts = place.tables.runs("secret").asScala
    assert(attempts.forall(row => !row.config.contains(secret)))
  }
}
