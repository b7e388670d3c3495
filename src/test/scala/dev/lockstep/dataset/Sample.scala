package dev.lockstep.dataset

import java.nio.file.{Files, Path => LocalPath}
import java.time.LocalDate
import java.util.{Optional, OptionalInt}

import scala.collection.JavaConverters._
import scala.collection.mutable

import dev.lockstep.config._
import dev.lockstep.storage.Store
import dev.lockstep.validation.{Past, Validation}
import org.apache.commons.io.FileUtils
import org.apache.hadoop.conf.Configuration
import org.apache.spark.sql.{DataFrame, SparkSession, functions => f}

/** A folder with a source and a store, and a table of trips whose every column is of a kind of its
  * own.
  */
final class Sample(spark: SparkSession, folder: LocalPath) {
  private val validate = TinyConfig.load().validate

  /** What prepare has told. */
  val notices: mutable.Buffer[String] = mutable.Buffer.empty
  val store: Store = Store.open(folder.resolve("store").toString, new Configuration())
  val path: String = folder.resolve("source").toString

  /** Trips 1 to n on ten days from 2024-01-01 on; `fare` has gaps, `fixed` is constant, `empty` has
    * no value.
    */
  def trips(n: Int): DataFrame =
    spark
      .range(1, n + 1L)
      .selectExpr(
        "id",
        "date_add(date'2024-01-01', cast(id % 10 as int)) as date",
        "cast(id as double) * 0.5 as distance",
        "case when id % 7 = 0 then null when id % 11 = 0 then double('nan') else id * id * 1.0 end as fare",
        "cast(3 as int) as fixed",
        "cast(null as double) as empty",
        "case when id % 13 = 0 then null else concat('zone ', id % 5) end as zone",
        "cast(id % 3 as int) as kind",
        "array(cast(id as float), cast(-id as float), 1.5f) as pixels",
        "id % 4 = 0 as late",
        "id * 2.5 as price"
      )

  def write(rows: DataFrame, files: Int = 2): Unit =
    rows.repartition(files).write.mode("overwrite").parquet(path)

  def prepare(
      data: DataConfig,
      runId: String = "run",
      date: Option[String] = None,
      slices: Seq[String] = Nil
  ): PreparedData = {
    val day: Optional[LocalDate] =
      date.fold(Optional.empty[LocalDate]())(text => Optional.of(LocalDate.parse(text)))
    new Preparation(spark, store, data, new EvaluateConfig(slices.asJava))
      .prepare(runId, day, new Validation(validate, () => Past.none()), notices += _)
  }

  /** What prepare says when it rejects; it must leave nothing in the store. */
  def rejection(
      data: DataConfig,
      date: Option[String] = None,
      slices: Seq[String] = Nil
  ): String = {
    val rejected =
      try {
        prepare(data, "rejected", date, slices)
        None
      } catch { case e: RejectedDataException => Some(e.getMessage.replace(path, "<source>")) }
    val left = folder.resolve("store/prepared").toFile.list()
    assert(left == null || !left.exists(_.contains("rejected")))
    rejected.getOrElse(throw new AssertionError("was not rejected"))
  }

  def rows(prepared: PreparedData, split: Split): DataFrame =
    spark.read.parquet(prepared.path(split).toString).orderBy("row_id")

  def features(prepared: PreparedData, split: Split): Seq[Seq[Float]] =
    rows(prepared, split).select("features").collect().map(_.getSeq[Float](0).toList).toList

  /** Settings of a run on the source; each test names what it is about. */
  def config(
      source: String = path,
      where: String = "",
      key: Seq[String] = Seq("id"),
      date: Option[String] = Some("date"),
      window: Option[Int] = None,
      label: String = "late",
      task: Task = Task.BINARY,
      numeric: Seq[String] = Seq("distance", "fare"),
      categorical: Seq[String] = Seq("zone"),
      arrays: Seq[String] = Nil,
      encoding: FeaturesConfig.Encoding = FeaturesConfig.Encoding.ONE_HOT,
      split: SplitConfig = new SplitConfig.ByHash(0.2, 0.2),
      rules: Seq[RuleConfig] = Nil
  ): DataConfig =
    new DataConfig(
      source,
      where,
      key.asJava,
      date.fold(Optional.empty[String]())(name => Optional.of(name)),
      window.fold(OptionalInt.empty())(days => OptionalInt.of(days)),
      label,
      task,
      new FeaturesConfig(numeric.asJava, categorical.asJava, arrays.asJava, encoding, 16),
      split,
      rules.asJava
    )
}

object Sample {
  def apply(spark: SparkSession)(test: Sample => Any): Unit = {
    val folder = Files.createTempDirectory("lockstep-dataset")
    try test(new Sample(spark, folder))
    finally FileUtils.deleteDirectory(folder.toFile)
  }
}
