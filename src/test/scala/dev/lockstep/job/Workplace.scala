package dev.lockstep.job

import java.io.{ByteArrayOutputStream, PrintStream}
import java.nio.file.{Files, Path}
import java.util.concurrent.Callable

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import dev.lockstep.metrics.{MetricsTables, WarehouseTables}
import org.apache.commons.io.FileUtils
import org.apache.spark.sql.{DataFrame, SparkSession}

/** A folder with sources, settings and a store, and the jobs on them as a user starts them. */
final class Workplace(spark: SparkSession) {
  val folder: Path = Files.createTempDirectory("lockstep-jobs-")
  val store: Path = folder.resolve("store")

  lazy val tables: MetricsTables = WarehouseTables.open(store.resolve("warehouse"))

  /** Orders 1 to n, ten a day: numbers with gaps, texts, an array, and labels of each task. */
  def orders(n: Int): DataFrame =
    spark
      .range(1, n + 1L)
      .selectExpr(
        "id",
        "date_add(date'2024-01-01', cast((id - 1) div 10 as int)) as day",
        "case when id % 17 = 0 then null when id % 19 = 0 then double('nan') else sin(id) end as a",
        "cast(id * 7 % 11 as int) as b",
        "case when id % 13 = 0 then null else concat('kind ', id % 3) end as kind",
        "array(cast(cos(id) as float), cast(id % 5 as float)) as v",
        "cast(sin(id) + (id * 7 % 11) / 10.0 > 0.6 as int) as late",
        "concat('colour ', id * 7 % 11 % 3) as colour",
        "3 * sin(id) + id * 7 % 11 as price"
      )

  /** Writes a source of the folder, in two files. */
  def write(name: String, rows: DataFrame): Unit =
    rows.repartition(2).write.parquet(source(name).toString)

  def source(name: String): Path = folder.resolve(name)

  /** Settings that train in a second; what a test is about goes in `more`. */
  def settings(more: String = "", source: String = "orders"): String = {
    val text =
      s"""model = orders
         |store = "$store"
         |data {
         |  source = "${this.source(source)}", key = [id], date = day, label = late, task = binary
         |  features { numeric = [a, b], categorical = [kind] }
         |  split { validation = 0.2, test = 0.2 }
         |}
         |network.layers = [ { type = dense, units = 4, activation = relu } ]
         |train { epochs = 2, batch-size = 64, shards = 3, workers = 2 }
         |""".stripMargin
    Files.writeString(Files.createTempFile(folder, "settings", ".conf"), text + more).toString
  }

  /** A job's end; what the job prints anywhere to stderr is in it. */
  def run(job: Callable[JobOutput], arguments: String*): Ended = {
    val err = new ByteArrayOutputStream
    val standard = System.err
    System.setErr(new PrintStream(err, true, "UTF-8"))
    val ended =
      try Streams.run(job, arguments: _*)
      finally System.setErr(standard)
    ended.copy(err = err.toString("UTF-8") + ended.err)
  }

  /** The result of a job that must succeed. */
  def result(job: Callable[JobOutput], arguments: String*): Map[String, Any] = {
    val ended = run(job, arguments: _*)
    assert(ended.code == 0, ended.err)
    assert(ended.outLines.size == 1, ended.out)
    Workplace.json(ended.out)
  }

  /** Every file and folder of the store but the tables', with its length. */
  def stored: Set[(String, Long)] =
    if (!Files.exists(store)) Set.empty
    else {
      val paths = Files.walk(store)
      try
        paths.iterator.asScala
          .filterNot(_.startsWith(store.resolve("warehouse")))
          .map(path =>
            (store.relativize(path).toString, if (path.toFile.isFile) Files.size(path) else 0L)
          )
          .filterNot(_._1.isEmpty)
          .toSet
      finally paths.close()
    }

  def delete(): Unit = FileUtils.deleteDirectory(folder.toFile)
}

object Workplace {
  private val mapper = new ObjectMapper

  def json(line: String): Map[String, Any] =
    mapper.readValue(line, classOf[java.util.LinkedHashMap[String, Any]]).asScala.toMap
}
