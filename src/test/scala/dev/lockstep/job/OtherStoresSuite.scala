package dev.lockstep.job

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.storage.{FlatFileSystem, HaltingFileSystem}
import org.scalatest.funsuite.AnyFunSuite

/** Stores and catalogs of other kinds than the local disk's. */
class OtherStoresSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(300))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private lazy val settings = place.settings(
    "train { batch-size = 16, checkpoint-every = 4 iterations, workers = 1 }\ngate.floor = 0.0"
  )

  private def job(
      job: Class[_],
      properties: Map[String, String],
      arguments: String*
  ): Ended = {
    val spark = Map("spark.master" -> "local[2]") ++ properties
    new JobProcess(place.folder, job, spark, arguments: _*).ended()
  }

  private def json(ended: Ended): Map[String, Any] = {
    assert(ended.code == 0, ended)
    Workplace.json(ended.out)
  }

  private def sizes(folder: Path): Map[String, Long] = {
    val files = Files.walk(folder)
    try files.iterator.asScala.filter(_.toFile.isFile).map(f => f.toString -> Files.size(f)).toMap
    finally files.close()
  }

  test("a whole night on a store without an atomic rename: rows, card, page and result file") {
    val flat = Map("spark.hadoop.fs.flat.impl" -> classOf[FlatFileSystem].getName)
    val folder = place.folder.resolve("flat")
    val arguments = Seq("--conf", settings, "--store", s"flat://$folder", "--run-id", "night")
    val result = folder.resolve("result.json")
    val ended = job(classOf[NightlyJob], flat, arguments ++ Seq("--result", s"flat://$result"): _*)
    val night = json(ended)
    assert(night("decision") == "promoted" && Files.readString(result) == ended.out)
    val report = job(classOf[ReportJob], flat, arguments: _*)
    assert(report.code == 0, report)
    for (file <- Seq("reports/night.html", "cards/orders/night/card.json"))
      assert(Files.size(folder.resolve(file)) > 0)
    assert(!sizes(folder).keys.exists(_.matches(".*/\\.[^/]*\\.[0-9a-f-]{36}(/.*)?")))
    val query = job(
      classOf[QueryJob],
      flat,
      "select status from lockstep.metrics.versions",
      "--store",
      s"flat://$folder",
      "--format",
      "csv"
    )
    assert(query.out.linesIterator.toSeq == Seq("status", "champion"), query)
  }

  test("tables in a database's catalog: a run that was killed and resumed, and a query") {
    val catalog = "spark.sql.catalog.lockstep"
    val warehouse = place.folder.resolve("jdbc-warehouse")
    val jdbc = Map(
      catalog -> "org.apache.iceberg.spark.SparkCatalog",
      s"$catalog.type" -> "jdbc",
      s"$catalog.uri" -> s"jdbc:h2:${place.folder.resolve("catalog")};CASE_INSENSITIVE_IDENTIFIERS=TRUE",
      s"$catalog.warehouse" -> warehouse.toUri.toString
    )
    val arguments = Seq("--conf", settings, "--run-id", "jdbc")
    val halt = Map(
      "spark.hadoop.fs.file.impl" -> classOf[HaltingFileSystem].getName,
      "spark.lockstep.test.halt" -> ".*/checkpoints/jdbc/\\.8\\.[^/]*/state.json"
    )
    val killed = job(classOf[TrainJob], jdbc ++ halt, arguments: _*)
    assert(killed.code == 137, killed)
    val resumed = json(job(classOf[TrainJob], jdbc, arguments: _*))
    assert(resumed("resumed_from") == 4 && resumed("attempt") == 2)
    val query = job(
      classOf[QueryJob],
      jdbc,
      "select attempt, status, (select count(*) from lockstep.metrics.iterations) as iterations" +
        " from lockstep.metrics.runs order by attempt",
      "--store",
      place.store.toString,
      "--format",
      "csv"
    )
    val iterations = resumed("iterations")
    assert(query.code == 0, query)
    assert(
      query.out.linesIterator.toSeq == Seq(
        "attempt,status,iterations",
        s"1,killed,$iterations",
        s"2,done,$iterations"
      )
    )
    assert(!Files.exists(place.store.resolve("warehouse")))
    assert(Files.isDirectory(warehouse))
  }
}
