package dev.lockstep.job

import java.nio.file.{Files, StandardCopyOption}
import java.util.concurrent.Callable

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.IterationRow
import org.apache.spark.sql.functions.expr
import org.scalatest.funsuite.AnyFunSuite

/** Each mistake of a user: exit code, one line a problem, and a store as it was before. */
class BadInputSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(300))
    place.result(new PrepareJob, "--conf", place.settings(), "--run-id", "whole")
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  /** Runs a job that must fail, and change nothing in the store but its tables. */
  private def refused(code: Int, job: Callable[JobOutput], arguments: String*)(
      lines: String*
  ): Unit = {
    val before = place.stored
    val ended = place.run(job, arguments: _*)
    val said = ended.errLines.map(_.replace(place.folder.toString, "<folder>"))
    assert(ended.out.isEmpty)
    assert(
      said.size == lines.size && said.zip(lines).forall { case (is, starts) =>
        is.startsWith(starts)
      },
      ended
    )
    assert(ended.code == code)
    assert(place.stored == before)
  }

  private def rejected(runId: String, more: String = "", source: String = "orders")(
      lines: String*
  ): Unit = {
    val settings = place.settings(more, source)
    refused(3, new TrainJob, "--conf", settings, "--run-id", runId)(lines: _*)
    assert(place.tables.runs(runId).asScala.forall(_.status == "rejected"))
  }

  /** Of the run's checks: rule, column, passed. */
  private def checks(runId: String): Seq[(String, String, Boolean)] =
    place.tables.checks(runId).asScala.map(row => (row.rule, row.column, row.passed)).toSeq

  test("a missing source") {
    rejected("no-source", source = "nowhere")(
      "Missing source: <folder>/nowhere (no such folder, URI or catalog table)"
    )
  }

  test("an empty source") {
    Files.createDirectories(place.source("empty"))
    rejected("empty", source = "empty")("Invalid source: <folder>/empty (no Parquet files in it)")
  }

  test("a source with a broken file among good ones") {
    place.write("broken", place.orders(100))
    val files =
      place.source("broken").toFile.listFiles.filter(_.getName.endsWith(".parquet")).sorted
    Files.write(files.last.toPath, Files.readAllBytes(files.last.toPath).dropRight(500))
    place.source("broken").toFile.listFiles.filter(_.getName.endsWith(".crc")).foreach(_.delete())
    rejected("broken", source = "broken")(
      s"Invalid source: <folder>/broken (broken file: file:<folder>/broken/${files.last.getName} is not "
    )
  }

  test("a missing column") {
    rejected("no-column", "data.features.numeric = [a, c]")(
      "Missing column in data.features.numeric: c (nearest: a, b, v)"
    )
  }

  test("columns of a wrong type, a label's among them") {
    rejected(
      "type",
      "data { label = colour, features.numeric = [kind], features.categorical = [] }"
    )(
      "Invalid type of column in data.label: colour is string (binary needs ",
      "Invalid type of column in data.features.numeric: kind is string (needs numbers or booleans)"
    )
  }

  test("a label of a single class") {
    place.write("single", place.orders(100).withColumn("late", expr("1")))
    rejected("single", source = "single")(
      "Invalid data.label late: 1 class in the training split (binary needs at least 2)"
    )
    assert(
      checks("single").contains(("classes of the training split", "late", false)),
      checks("single")
    )
  }

  test("labels that are null or NaN") {
    place.write(
      "unlabelled",
      place
        .orders(100)
        .withColumn("late", expr("if(id = 5, null, if(id = 6, double('nan'), double(late)))"))
    )
    rejected("unlabelled", source = "unlabelled")(
      "Invalid data.label late: 2 of 100 rows have none (every row needs one; "
    )
    assert(checks("unlabelled").exists(row => row._2 == "late" && !row._3), checks("unlabelled"))
  }

  test("a rule that too many rows break") {
    rejected(
      "rule",
      "data.rules = [ { check = \"b > 0\", min-fraction = 0.99 }, { check = \"id > 0\" } ]"
    )(
      "Invalid rows: 27 of 300 break the rule b > 0 (a fraction of 0.99 has to keep it)"
    )
    val configured = checks("rule").filter(_._2 == null)
    assert(configured == Seq(("b > 0", null, false), ("id > 0", null, true)))
  }

  test("a window without rows") {
    val settings = place.settings("data.window = 3 days")
    refused(3, new TrainJob, "--conf", settings, "--date", "2025-01-01", "--run-id", "window")(
      "Missing rows: <folder>/orders has none in 2024-12-30 to 2025-01-01 (its dates go from "
    )
  }

  test("more shards than samples") {
    refused(2, new TrainJob, "--conf", place.settings("train.shards = 200"), "--run-id", "whole")(
      "Data of run whole are prepared already",
      "Invalid train.shards: 200 (must be at most the "
    )
  }

  test("more workers than a cluster has free slots") {
    refused(
      2,
      new TrainJob,
      Seq("--conf", place.settings("train.shards = 8"), "--workers", "5", "--run-id", "many"): _*
    )(
      "Invalid train.workers: 5 (must be at most the 4 task slots that Spark has now, or auto)"
    )
    assert(place.tables.runs("many").isEmpty)
  }

  for (key <- Seq("spark.dynamicAllocation.enabled", "spark.speculation"))
    test(s"training with $key") {
      for (job <- Seq(classOf[TrainJob], classOf[NightlyJob])) {
        val before = place.stored
        val arguments = Seq("--conf", place.settings(), "--run-id", "unsettled")
        val ended = new JobProcess(place.folder, job, Map(key -> "true"), arguments: _*).ended()
        assert(ended.code == 2 && ended.out.isEmpty, ended)
        assert(ended.errLines.size == 1, ended)
        assert(
          ended.err.startsWith(s"Unsupported $key: true (") && ended.err.contains(
            s"set $key=false"
          ),
          ended
        )
        assert(place.stored == before)
      }
    }

  private val wrongSettings = Seq(
    "train.shards = 2, train.workers = 3" -> "Invalid train.workers: 3 (must be at most train.shards, 2: ",
    "train.epoch = 3" -> "Unknown key: train.epoch (nearest: train.epochs)",
    "train.epochs = many" -> "Invalid train.epochs: \"many\" (must be a whole number)",
    "train.batch-size = -1" -> "Invalid train.batch-size: -1 (must be at least 1)",
    "network.layers = [ { type = dense, units = 0 } ]" ->
      "Invalid network.layers[0].units: 0 (must be at least 1)",
    "network.layers = [ { type = dense, units = 4, activation = reluu } ]" ->
      "Unknown network.layers[0].activation: reluu (nearest: relu; ",
    "data.where = \"b >\"" -> "Invalid data.where: b > (",
    "data.rules = [ { check = \"c > 0\" } ]" -> "Invalid data.rules check: c > 0 ("
  )

  wrongSettings.foreach { case (more, line) =>
    test(s"settings with $more") {
      refused(2, new PrepareJob, "--conf", place.settings(more), "--run-id", "settings")(line)
    }
  }

  test("a network's file that is missing, or is none") {
    val prepared = "Data of run whole are prepared already"
    val noFile = place.folder.resolve("none").toString
    val file = Files.writeString(place.folder.resolve("network"), "{ \"confs\": 3 }").toString
    for (format <- Seq("dl4j", "keras")) {
      def settings(name: String) =
        place.settings(s"""network { layers = null, $format = "$name" }""")
      refused(2, new TrainJob, "--conf", settings(noFile), "--run-id", "whole")(
        s"Missing network.$format: <folder>/none (no such file)"
      )
      refused(2, new TrainJob, "--conf", settings(file), "--run-id", "whole")(
        prepared,
        s"Invalid network.$format: "
      )
    }
  }

  test("a run id with a slash") {
    refused(2, new TrainJob, "--conf", place.settings(), "--run-id", "a/b")(
      "Invalid run id: \"a/b\" (must be 1 to 120 letters, digits, "
    )
  }

  test("a run id of other settings") {
    refused(
      2,
      new PrepareJob,
      "--conf",
      place.settings("data.features.numeric = [a]"),
      "--run-id",
      "whole"
    )(
      "Invalid run id: whole (it has prepared data of other settings or another date; choose another)"
    )
  }

  test("evaluating what was never trained") {
    refused(2, new EvaluateJob, "--conf", place.settings(), "--run-id", "whole")(
      "Missing version: whole of orders (run jobs/train first)"
    )
  }

  test("a store that cannot be written") {
    val file = Files.createFile(place.folder.resolve("file"))
    for (store <- Seq(file.toString, s"$file/below", "/proc/lockstep")) {
      refused(1, new PrepareJob, "--conf", place.settings(), "--store", store)(
        "Cannot write store: "
      )
    }
    assert(Files.size(file) == 0)
  }

  test("a query of tables that are not there, and one that would write") {
    refused(
      2,
      new QueryJob,
      "select * from lockstep.metrics.epoch",
      "--store",
      place.store.toString
    )(
      "Invalid query: "
    )
    refused(2, new QueryJob, "drop table lockstep.metrics.epochs", "--store", place.store.toString)(
      "Unsupported query: "
    )
  }

  test("training that diverges names the iteration, and the run's row says so") {
    val settings = place.settings(
      "train.updater { type = sgd, learning-rate = 1e30 }, data.task = regression, data.label = price"
    )
    val ended = place.run(new TrainJob, "--conf", settings, "--run-id", "diverged")
    val said =
      ended.errLines.filterNot(line =>
        line.startsWith("Training: ") || line.startsWith("Not checked: ")
      )
    assert(ended.code == 4 && ended.out.isEmpty, ended)
    assert(
      said.size == 1 && said.head.matches(
        "Failed to train: the (loss|gradient's norm|update's norm) is (NaN|Infinity) at iteration \\d+ of epoch 1 \\(try .*"
      ),
      ended
    )
    val attempt = place.tables.runs("diverged").asScala
    assert(attempt.map(row => (row.status, row.error)) == Seq(("diverged", said.head)))
    assert(!place.stored.exists(_._1.startsWith("models/orders/diverged")))
    assert(!place.stored.exists(_._1.startsWith("checkpoints/diverged")))

    // What one looks at then: the iterations up to that one, of a rerun in the place of the first.
    val last = "iteration (\\d+)".r.findFirstMatchIn(said.head).get.group(1).toInt
    val again = place.run(new TrainJob, "--conf", settings, "--run-id", "diverged")
    assert(again.code == 4 && again.errLines.contains(said.head), again)
    val rows = place.tables.iterations("diverged").asScala
    assert(rows.map(_.iteration) == (1 to last))
    def finite(row: IterationRow): Boolean =
      Seq[Double](row.loss, row.gradientNorm, row.updateNorm).forall(java.lang.Double.isFinite)
    assert(rows.init.forall(finite) && !finite(rows.last))
    assert(place.tables.epochs("diverged").isEmpty)
    val query = place.run(
      new QueryJob,
      "select count(*) from lockstep.metrics.iterations where run_id = 'diverged'",
      "--format=csv",
      "--store",
      place.store.toString
    )
    assert(query.outLines.last.strip == last.toString, query)
    val page = place.run(new ReportJob, "--conf", settings, "--run-id", "diverged")
    assert(page.code == 0, page)
  }

  test("a network whose state Spark would not let a round bring back, before any round") {
    val settings = place.settings(
      "network.layers = [ { type = dense, units = 50000, activation = relu } ]"
    )
    val ended = new JobProcess(
      place.folder,
      classOf[TrainJob],
      Map("spark.driver.maxResultSize" -> "1m"),
      "--conf",
      settings,
      "--run-id",
      "large"
    ).ended()
    val said = ended.errLines.filter(_.startsWith("Invalid "))
    assert(ended.code == 2 && ended.out.isEmpty, ended)
    assert(
      said.size == 1 && said.head.startsWith(
        "Invalid network: its parameters and updater state are "
      ),
      ended
    )
    assert(said.head.contains("spark.driver.maxResultSize"))
    assert(!ended.err.contains("Training: ") && !ended.err.contains("Retrying"), ended)
  }

  test("batch norm on a shard's share of one sample is warned of") {
    val norm =
      "network.layers = [ { type = dense, units = 4, activation = relu }, { type = batch-norm } ]"
    val settings = place.settings(s"$norm, train.batch-size = 5")
    val ended = place.run(new TrainJob, "--conf", settings, "--run-id", "normed")
    val line = "Warning: batches of 5 have fewer than two samples of each of the 3 train.shards;"
    assert(ended.code == 0 && ended.errLines.exists(_.startsWith(line)), ended)
  }
}
