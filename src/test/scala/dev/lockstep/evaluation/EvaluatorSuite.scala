package dev.lockstep.evaluation

import dev.lockstep.SharedSpark
import dev.lockstep.config.InvalidConfigException
import org.apache.spark.sql.{DataFrame, Row}
import org.nd4j.evaluation.classification.{Evaluation => ClassEvaluation, ROC}
import org.nd4j.evaluation.regression.RegressionEvaluation
import org.nd4j.evaluation.regression.RegressionEvaluation.Metric
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

class EvaluatorSuite extends AnyFunSuite with SharedSpark {
  import Fixtures._

  /** Sums of 200 doubles, which scikit-learn rounds at each step and we only once. */
  private val rounding = 1e-12

  private def evaluate(scored: DataFrame, target: Target, slices: String*): Evaluation =
    new Evaluator(target, slices.asJava).evaluate(scored)

  private def check(evaluation: Evaluation, slice: String, expected: Map[String, Double]): Unit =
    for ((metric, value) <- expected) {
      assert(
        math.abs(evaluation.value(slice, metric).getAsDouble - value) < rounding,
        s"$slice $metric"
      )
    }

  private def samples(evaluation: Evaluation, slice: String, metric: String): Long =
    evaluation.measurements.asScala.find(m => m.slice == slice && m.metric == metric).get.samples

  test("binary metrics, of the whole and by slice, are scikit-learn's") {
    val evaluation = evaluate(scored(spark, binaryRows, binary), binary, "group")
    check(evaluation, "all", Expected.binaryAll)
    check(evaluation, "group=b", Expected.binaryB)
    assert(
      evaluation.measurements.asScala.map(_.slice).distinct == Seq(
        "all",
        "group=a",
        "group=b",
        "group=null"
      )
    )
    assert(samples(evaluation, "all", "auc") == 200 && samples(evaluation, "group=b", "auc") == 67)
    assert(samples(evaluation, "all", "calibration-bin-03-observed") == 19)
    assert(evaluation.undefined.isEmpty)
  }

  test("multiclass metrics are scikit-learn's, a class without labels included") {
    val evaluation = evaluate(scored(spark, multiclassRows, multiclass), multiclass)
    check(evaluation, "all", Expected.multiclassAll)
    assert(evaluation.measurements.asScala.count(_.metric.startsWith("confusion-")) == 12)
  }

  test("regression metrics are scikit-learn's") {
    check(
      evaluate(scored(spark, regressionRows, regression), regression),
      "all",
      Expected.regressionAll
    )
  }

  test("DL4J's own evaluation says the same") {
    // No two scores are equal: where they are, DL4J's AUC depends on the order of the rows.
    val rows = (0 until 200).map { i =>
      val p = (i * 37) % 211 / 211.0
      Row(i.toLong, if ((i * 53) % 97 / 97.0 < p) 1.0 else 0.0, p, "a")
    }
    val labels = Nd4j.createFromArray(rows.map(r => Array(r.getDouble(1))).toArray)
    val scores = Nd4j.createFromArray(rows.map(r => Array(r.getDouble(2))).toArray)
    val roc = new ROC(0)
    roc.eval(labels, scores)
    val classes = new ClassEvaluation()
    classes.eval(labels, scores)
    val theirs = Map(
      "auc" -> roc.calculateAUC(),
      "accuracy" -> classes.accuracy(),
      "precision" -> classes.precision(1),
      "recall" -> classes.recall(1),
      "f1" -> classes.f1(1)
    )
    check(evaluate(scored(spark, rows, binary), binary), "all", theirs)
  }

  test("DL4J's own regression evaluation says the same") {
    val errors = new RegressionEvaluation(1)
    errors.eval(
      Nd4j.createFromArray(regressionRows.map(r => Array(r.getDouble(1))).toArray),
      Nd4j.createFromArray(regressionRows.map(r => Array(r.getDouble(2))).toArray)
    )
    val regressionTheirs = Map(
      "rmse" -> errors.scoreForMetric(Metric.RMSE),
      "mae" -> errors.scoreForMetric(Metric.MAE),
      "r2" -> errors.scoreForMetric(Metric.R2)
    )
    check(evaluate(scored(spark, regressionRows, regression), regression), "all", regressionTheirs)
  }

  test("1, 2 and 5 partitions, in any order of rows, give the same bits") {
    for (
      (rows, target) <- Seq(
        (binaryRows, binary),
        (multiclassRows, multiclass),
        (regressionRows, regression)
      )
    ) {
      val all = scored(spark, rows, target)
      val evaluations = Seq(
        all.coalesce(1),
        all.repartition(2),
        all.repartition(5),
        all.orderBy(all(target.predictionColumn).desc)
      ).map(evaluate(_, target, "group"))
      assert(evaluations.distinct.size == 1)
    }
  }

  test("a slice of one class has no AUC, and the rest of its metrics") {
    val rows = Seq(Row(0L, 1.0, 0.9, "one"), Row(1L, 1.0, 0.2, "one"), Row(2L, 0.0, 0.5, "two"))
    val evaluation = evaluate(scored(spark, rows, binary), binary, "group")
    assert(
      evaluation.undefined.asScala == Seq("one", "two").map(g =>
        new UndefinedMetric(s"group=$g", "auc", "rows of one class")
      )
    )
    assert(evaluation.value("group=one", "accuracy").getAsDouble == 0.5)
    assert(evaluation.value("all", "auc").getAsDouble == 0.5)
  }

  test("equal scores everywhere make an AUC of one half") {
    val rows = (0 until 10).map(i => Row(i.toLong, (i % 2).toDouble, 0.3, "a"))
    assert(evaluate(scored(spark, rows, binary), binary).value("all", "auc").getAsDouble == 0.5)
  }

  test("a split without rows has no measurements and says so") {
    val evaluation = evaluate(scored(spark, Nil, binary), binary, "group")
    assert(evaluation.measurements.isEmpty)
    assert(evaluation.undefined.asScala.forall(u => u.slice == "all" && u.reason == "no rows"))
    assert(evaluation.undefined.asScala.map(_.metric).contains("auc"))
  }

  test("a column of more than 1000 values is refused, early and while measuring") {
    def rows(values: Int) =
      (0 until values).map(i => Row(i.toLong, (i % 2).toDouble, 0.3, s"v$i"))
    val tooMany = scored(spark, rows(1001), binary).repartition(3)
    val line = "Invalid evaluate.slices: group (more than 1000 values)"
    assert(intercept[InvalidConfigException](evaluate(tooMany, binary, "group")).getMessage == line)
    assert(
      intercept[InvalidConfigException](
        Slices.check(tooMany, Seq("group").asJava)
      ).getMessage == line
    )
    val many = scored(spark, rows(1000), binary)
    Slices.check(many, Seq("group").asJava)
    assert(evaluate(many, binary, "group").measurements.asScala.map(_.slice).distinct.size == 1001)
  }

  test("a column that the rows do not have is refused") {
    val rows = scored(spark, binaryRows, binary)
    val line = "Invalid evaluate.slices: carrier (the rows have no such column)"
    assert(intercept[InvalidConfigException](evaluate(rows, binary, "carrier")).getMessage == line)
    assert(
      intercept[InvalidConfigException](
        Slices.check(rows, Seq("carrier").asJava)
      ).getMessage == line
    )
  }

  test("a label or a prediction that cannot be is one line that names the first row") {
    val cases = Seq(
      (
        binary,
        Row(7L, 2.0, 0.3, "a"),
        "Invalid label: 2.0 at row_id 7 (must be a class from 0 to 1)"
      ),
      (
        binary,
        Row(7L, 1.0, Double.NaN, "a"),
        "Invalid prediction: NaN at row_id 7 (must be a probability)"
      ),
      (
        regression,
        Row(7L, 1.0, Double.PositiveInfinity, "a"),
        "Invalid prediction: Infinity at row_id 7 (must be a number within 1e150)"
      ),
      (
        multiclass,
        Row(7L, 1.0, Seq(0.5, Double.NaN, 0.0, 0.5), "a"),
        "Invalid prediction: NaN at row_id 7 (must be a probability)"
      )
    )
    for ((target, bad, line) <- cases) {
      val rows = scored(spark, Seq(Row.fromSeq(9L +: bad.toSeq.tail), bad), target).repartition(2)
      assert(intercept[IllegalStateException](evaluate(rows, target)).getMessage == line)
    }
  }
}
