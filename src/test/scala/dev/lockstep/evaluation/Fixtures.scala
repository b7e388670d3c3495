package dev.lockstep.evaluation

import dev.lockstep.config.Task
import org.apache.spark.sql.{DataFrame, Row, SparkSession}
import org.apache.spark.sql.types._
import scala.collection.JavaConverters._

/** The rows that src/test/resources/evaluation/expected.py makes by the same formulas. */
object Fixtures {
  val binary = new Target(Task.BINARY, 2)
  val multiclass = new Target(Task.MULTICLASS, 4)
  val regression = new Target(Task.REGRESSION, 0)

  private val groups = Seq("a", "b", null)

  /** row_id, label, score, group: a, b or null. */
  val binaryRows: Seq[Row] = (0 until 200).map { i =>
    val p = (i * 37) % 101 / 100.0
    val y = if ((i * 53) % 97 / 97.0 < p * 0.8 + 0.1) 1.0 else 0.0
    Row(i.toLong, y, p, groups(i % 3))
  }

  val multiclassRows: Seq[Row] = (0 until 150).map { i =>
    val weights = (0 until 4).map(k => 1.0 + (i * (k + 3) * 7) % 11)
    Row(i.toLong, ((i * i + i / 7) % 3).toDouble, weights.map(_ / weights.sum), "a")
  }

  val regressionRows: Seq[Row] = (0 until 120).map { i =>
    val x = (i * 29) % 83 / 10.0
    Row(i.toLong, 1000 + x, 1000 + x * 0.9 + (i * 17) % 13 / 13.0, "a")
  }

  def scored(spark: SparkSession, rows: Seq[Row], target: Target): DataFrame = {
    val prediction =
      if (target.task == Task.MULTICLASS) ArrayType(DoubleType, false) else DoubleType
    val schema = new StructType()
      .add("row_id", LongType)
      .add("label", DoubleType)
      .add(target.predictionColumn, prediction)
      .add("group", StringType)
    spark.createDataFrame(rows.asJava, schema)
  }

  def features(i: Int): Array[Double] =
    Array((i * 37) % 101 / 50.0 - 1, (i * 61) % 89 / 44.0 - 1) ++
      (0 until 3).map(k => if (i % 3 == k) 1.0 else 0.0)

  private def noise(i: Int): Double = (i * 41) % 97 / 97.0

  val rowsToFit: Int = 300

  def binaryLabel(i: Int): Double = {
    val x = features(i)
    if (1 / (1 + math.exp(-(2 * x(0) - x(1) + x(2)))) > noise(i)) 1.0 else 0.0
  }

  def classLabel(i: Int): Double = {
    val x = features(i)
    val first = if (x(0) > 0) 0.4 else 0.2
    val second = first + (if (x(1) > 0) 0.2 else 0.3)
    if (noise(i) < first) 0.0 else if (noise(i) < second) 1.0 else 2.0
  }

  def realLabel(i: Int): Double = {
    val x = features(i)
    3 * x(0) - 2 * x(1) + x(2) + noise(i)
  }

  /** row_id, features, label, group: as prepared rows are. */
  def prepared(spark: SparkSession, rows: Int, label: Int => Double): DataFrame = {
    val schema = new StructType()
      .add("row_id", LongType)
      .add("features", ArrayType(FloatType, false))
      .add("label", DoubleType)
      .add("group", StringType)
    val data = (0 until rows).map(i =>
      Row(i.toLong, features(i).map(_.toFloat).toSeq, label(i), groups(i % 3))
    )
    spark.createDataFrame(data.asJava, schema)
  }
}
