package dev.lockstep.job

import java.util.concurrent.Callable

import scala.collection.JavaConverters._

import dev.lockstep.cluster.{Cluster, SharedCluster, Trained}
import dev.lockstep.metrics.{MetricsTables, WarehouseTables}
import dev.lockstep.{Packaged, SharedSpark}
import org.apache.hadoop.fs.{FileSystem, Path}
import org.scalatest.funsuite.AnyFunSuite

/** Every job with its source and its store on HDFS does what it does on a local file system. */
class HdfsJobsSuite extends AnyFunSuite with SharedSpark {
  private lazy val hdfs = SharedCluster("hdfs").hdfs
  private lazy val fileSystem = FileSystem.newInstance(hdfs.configuration)
  private lazy val root = new Path(s"${hdfs.url}/jobs")
  private lazy val store = new Path(root, "store")
  private lazy val tables =
    WarehouseTables.open(new Path(store, "warehouse").toString, hdfs.configuration)

  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    fileSystem.copyFromLocalFile(new Path(place.source("orders").toUri), new Path(root, "orders"))
    place
  }

  private lazy val settings = place.settings(
    """data { window = 30 days, rules = [ { check = "b >= 0" } ] }
      |evaluate.slices = [kind]
      |gate { floor = 0.0, bootstrap = 50 }
      |retention { checkpoints = 1 }
      |""".stripMargin
  )

  override def afterAll(): Unit = {
    fileSystem.delete(root, true)
    place.delete()
    super.afterAll()
  }

  private type Result = Map[String, Any]

  private def local(job: Callable[JobOutput], arguments: String*): Ended =
    place.run(job, Seq("--conf", settings) ++ arguments: _*)

  private def remote(job: Callable[JobOutput], arguments: String*): Ended =
    local(
      job,
      Seq("--store", store.toString, "--set", s"data.source=$root/orders") ++ arguments: _*
    )

  private def json(ended: Ended): Result = {
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    Workplace.json(ended.out)
  }

  /** The job's results there and here. */
  private def both(job: => Callable[JobOutput], arguments: String*): (Result, Result) =
    (json(remote(job, arguments: _*)), json(local(job, arguments: _*)))

  private def assertSame(results: (Result, Result), keys: String*): Unit =
    for (key <- keys) {
      val (there, here) = results
      assert(there.contains(key) && there(key) == here(key), s"$key: $there $here")
    }

  private def rows(tables: MetricsTables, runId: String): Seq[Any] = Seq(
    Trained.of(tables, runId),
    tables.evaluations(runId).asScala.map(row => (row.split, row.slice, row.metric, row.value))
  )

  private def assertSameRows(runId: String): Unit =
    assert(rows(tables, runId) == rows(place.tables, runId))

  private def predictions(store: Path, date: String): Seq[Any] = spark.read
    .parquet(new Path(store, s"predictions/orders/date=$date").toString)
    .orderBy("id")
    .drop("run_id")
    .collect()
    .toSeq

  private lazy val localStore = new Path(place.store.toUri)

  test("prepare, train, evaluate, promote and score, one after the other", Packaged, Cluster) {
    val night = Seq("--date", "2024-02-05", "--run-id", "steps")
    assertSame(both(new PrepareJob, night: _*), "run_id", "rows", "data_fingerprint")
    val trained = both(new TrainJob, night: _*)
    assertSame(trained, "version", "iterations", "final_loss", "parameters_sha256")
    assertSame(both(new EvaluateJob, night: _*), "samples", "metrics")
    val promoted = both(new PromoteJob, night: _*)
    assertSame(promoted, "decision", "reason", "champion")
    assert(promoted._1("decision") == "promoted")
    val scored = both(new ScoreJob, "--date", "2024-02-05")
    assertSame(scored, "rows", "version")
    assert(scored._1("path").toString.startsWith(s"$store/predictions/orders/"))
    assert(predictions(store, "2024-02-05") == predictions(localStore, "2024-02-05"))
    assertSameRows("steps")
  }

  test("nights, and the same nights once more", Packaged, Cluster) {
    val nights = Seq("--from", "2024-02-06", "--to", "2024-02-07")
    def decided(ended: Ended): Seq[Result] = json(ended)("nights")
      .asInstanceOf[java.util.List[java.util.Map[String, Any]]]
      .asScala
      .map(_.asScala.toMap - "seconds")
    val there = decided(remote(new NightlyJob, nights: _*))
    val here = decided(local(new NightlyJob, nights: _*))
    assert(there.size == 2 && there.map(_("status")) == Seq("done", "done"))
    for ((remote, local) <- there.zip(here); key <- Seq("date", "decision", "candidate_value"))
      assert(remote(key) == local(key), key)
    def state = (tables.runs(), tables.versions(), stored)
    val before = state
    assert(decided(remote(new NightlyJob, nights: _*)) == there)
    assert(state == before)
  }

  test("query, report and maintain see what is there", Packaged, Cluster) {
    val sql = "select run_id, count(*) as n from lockstep.metrics.epochs group by 1 order by 1"
    val queried = remote(new QueryJob, sql, "--format", "csv")
    assert(queried.code == 0, queried)
    val runs = queried.out.split("\r\n").tail.map(_.split(",").toSeq).toSeq
    assert(runs.size == 3 && runs.forall(_.last == "4"), queried) // 2 epochs, 2 splits
    val reported = remote(new ReportJob, "--run-id", "steps")
    assert(reported.code == 0, reported)
    assert(reported.out.trim == s"$store/reports/steps.html")
    val page = fileSystem.open(new Path(reported.out.trim))
    try assert(scala.io.Source.fromInputStream(page).mkString.contains("steps"))
    finally page.close()
    val before = (tables.runs(), tables.versions(), runs.map(_.head).map(rows(tables, _)))
    val kept = json(remote(new MaintainJob, "--apply"))
    assert(kept("applied") == true && kept("checkpoints").asInstanceOf[Int] > 0)
    assert(fileSystem.listStatus(new Path(store, "checkpoints/steps")).length <= 2)
    assert((tables.runs(), tables.versions(), runs.map(_.head).map(rows(tables, _))) == before)
    assert(json(remote(new ScoreJob, "--date", "2024-02-07"))("rows") == 10)
  }

  /** Every file of the store but the tables', with its length. */
  private def stored: Set[(String, Long)] = {
    val files = fileSystem.listFiles(store, true)
    Iterator
      .continually(files)
      .takeWhile(_.hasNext)
      .map(_.next())
      .map(file => file.getPath.toString -> file.getLen)
      .filterNot(_._1.startsWith(s"$store/warehouse"))
      .toSet
  }
}
