package dev.lockstep.evaluation

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config.KnownNames
import dev.lockstep.plan.SplitMix64
import org.apache.spark.sql.types._
import org.apache.spark.sql.{DataFrame, Row}
import org.scalatest.funsuite.AnyFunSuite

class PairedBootstrapSuite extends AnyFunSuite with SharedSpark {
  import Fixtures.{binary, multiclass, regression}

  private final case class Pair(id: Long, label: Double, candidate: Any, champion: Any)

  private def uniform(stream: Long, id: Long): Double =
    (SplitMix64.of(3, stream, id).next() >>> 11) / math.pow(2, 53)

  /** Two scores of a binary label, with ties; the first one knows more. */
  private def binaryPairs(n: Int): Seq[Pair] = (0 until n).map { i =>
    val p = uniform(1, i)
    def blurred(share: Double, stream: Long) =
      math.round(100 * ((1 - share) * p + share * uniform(stream, i))) / 100.0
    Pair(i, if (uniform(2, i) < p) 1 else 0, blurred(0.3, 4), blurred(0.5, 5))
  }

  private def regressionPairs(n: Int): Seq[Pair] = (0 until n).map { i =>
    val y = 1000 + 3 * uniform(1, i)
    Pair(i, y, y + uniform(6, i) - 0.5, y + 1.2 * (uniform(7, i) - 0.5))
  }

  private def multiclassPairs(n: Int): Seq[Pair] = (0 until n).map { i =>
    def scores(stream: Long) = {
      val weights = (0 until 4).map(k => 0.1 + uniform(stream + k, i))
      weights.map(_ / weights.sum)
    }
    Pair(i, (uniform(1, i) * 4).toInt, scores(10), scores(20))
  }

  private def frame(pairs: Seq[Pair]): DataFrame = {
    val prediction = pairs.head.candidate match {
      case _: Double => DoubleType
      case _         => ArrayType(DoubleType, false)
    }
    val schema = new StructType()
      .add("row_id", LongType)
      .add("label", DoubleType)
      .add("candidate", prediction)
      .add("champion", prediction)
    val rows = pairs.map(p => Row(p.id, p.label, p.candidate, p.champion))
    spark.createDataFrame(rows.asJava, schema)
  }

  private def interval(
      target: Target,
      metric: String,
      rows: DataFrame,
      resamples: Int = 400,
      confidence: Double = 0.95
  ): PairedBootstrap.Interval =
    new PairedBootstrap(target, new PairedBootstrap.Settings(metric, resamples, confidence, 11))
      .interval(rows)
      .get

  test("weights are Poisson of mean 1, each row's its own") {
    val weights = new PoissonWeights(7, 1000)
    val drawn = new Array[Int](1000)
    val counts = (0 until 100).flatMap { row =>
      weights.of(row, drawn)
      drawn.toSeq
    }
    def share(k: Int) = counts.count(_ == k) / 1e5
    // 100,000 draws: a share's standard deviation is at most 0.0016.
    val expected = Seq(math.exp(-1), math.exp(-1), math.exp(-1) / 2, math.exp(-1) / 6)
    expected.zipWithIndex.foreach { case (p, k) => assert(math.abs(share(k) - p) < 0.008, k) }
    assert(math.abs(counts.sum / 1e5 - 1) < 0.016)
  }

  test("a resample's metric is the metric of the rows repeated by their weights") {
    val cases = Seq(
      (binary, binaryPairs(80)),
      (multiclass, multiclassPairs(60)),
      (regression, regressionPairs(60))
    )
    for ((target, pairs) <- cases; metric <- KnownNames.metrics(target.task).asScala) {
      val weights = new PoissonWeights(11, 1)
      val drawn = new Array[Int](1)
      val repeated = pairs.flatMap { pair =>
        weights.of(pair.id, drawn)
        Seq.fill(drawn(0))(pair)
      }
      def measured(prediction: Pair => Any): Double = {
        val rows =
          repeated.zipWithIndex.map { case (p, i) => Row(i.toLong, p.label, prediction(p), "a") }
        new Evaluator(target, java.util.List.of())
          .evaluate(Fixtures.scored(spark, rows, target))
          .value("all", metric)
          .getAsDouble
      }
      val sign = if (Set("log-loss", "brier", "rmse", "mae")(metric)) -1 else 1
      val expected = sign * (measured(_.candidate) - measured(_.champion))
      val found = interval(target, metric, frame(pairs), resamples = 1)
      assert(found.low == found.high)
      assert(math.abs(found.low - expected) < 1e-9, metric) // sums in units far below it
    }
  }

  test("the interval of a mean's gain is the normal one") {
    val pairs = binaryPairs(2000)
    val differences = pairs.map { p =>
      def squared(score: Any) = math.pow(score.asInstanceOf[Double] - p.label, 2)
      squared(p.champion) - squared(p.candidate)
    }
    val mean = differences.sum / differences.size
    val deviation = math.sqrt(
      differences.map(d => (d - mean) * (d - mean)).sum / (differences.size - 1) / differences.size
    )
    val found = interval(binary, "brier", frame(pairs), resamples = 1000)
    // An end of 1000 resamples has a standard error of about 0.085 deviations.
    assert(math.abs(found.low - (mean - 1.96 * deviation)) < 0.3 * deviation)
    assert(math.abs(found.high - (mean + 1.96 * deviation)) < 0.3 * deviation)
  }

  test("the interval of the AUC's gain is DeLong's (DeLong, DeLong and Clarke-Pearson 1988)") {
    val pairs = binaryPairs(1000)
    val (positive, negative) = pairs.partition(_.label == 1)
    def score(p: Pair, model: Int) =
      (if (model == 0) p.candidate else p.champion).asInstanceOf[Double]
    def win(p: Pair, n: Pair, model: Int) = {
      val by = score(p, model).compare(score(n, model))
      if (by > 0) 1.0 else if (by == 0) 0.5 else 0.0
    }
    def mean(values: Seq[Double]) = values.sum / values.size
    def difference(p: Pair, n: Pair) = win(p, n, 0) - win(p, n, 1)
    val byPositive = positive.map(p => mean(negative.map(difference(p, _))))
    val byNegative = negative.map(n => mean(positive.map(difference(_, n))))
    def variance(values: Seq[Double]) = {
      val m = mean(values)
      values.map(v => (v - m) * (v - m)).sum / (values.size - 1)
    }
    val gain = mean(byPositive)
    val deviation = math.sqrt(
      variance(byPositive) / byPositive.size + variance(byNegative) / byNegative.size
    )
    val found = interval(binary, "auc", frame(pairs), resamples = 1000)
    assert(math.abs(found.low - (gain - 1.96 * deviation)) < 0.3 * deviation)
    assert(math.abs(found.high - (gain + 1.96 * deviation)) < 0.3 * deviation)
  }

  test("partitions and the rows' order change no bit, and a wider confidence holds the narrower") {
    val rows = frame(binaryPairs(300))
    for (metric <- Seq("auc", "log-loss")) {
      val found = Seq(rows.coalesce(1), rows.repartition(3), rows.orderBy(rows("champion").desc))
        .map(interval(binary, metric, _))
      assert(found.distinct.size == 1, metric)
      val wide = interval(binary, metric, rows, confidence = 0.99)
      assert(wide.low < found.head.low && found.head.high < wide.high)
    }
  }

  test("models that say the same have no gain, and rows of one class no interval of the AUC") {
    val same = binaryPairs(100).map(p => p.copy(champion = p.candidate))
    val none = interval(binary, "auc", frame(same))
    assert(none.low == 0 && none.high == 0)
    val oneClass = frame(binaryPairs(50).map(_.copy(label = 1)))
    val settings = new PairedBootstrap.Settings("auc", 100, 0.95, 11)
    assert(!new PairedBootstrap(binary, settings).interval(oneClass).isPresent)
  }
}
