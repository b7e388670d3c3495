package dev.lockstep.evaluation

import dev.lockstep.SharedSpark
import dev.lockstep.config.Task
import org.apache.spark.sql.DataFrame
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

class BaselinesSuite extends AnyFunSuite with SharedSpark {
  import Fixtures._

  private val threeClasses = new Target(Task.MULTICLASS, 3)

  private def data(label: Int => Double): DataFrame = prepared(spark, rowsToFit, label)

  private def scorers(train: DataFrame, target: Target): Map[String, Scorer] =
    Baselines.fit(train, target).asScala.map(b => b.version -> b.scorer).toMap

  private def predictions(scored: DataFrame, target: Target): Seq[Seq[Double]] =
    scored.orderBy("row_id").select(target.predictionColumn).collect().map { row =>
      if (target.task == Task.MULTICLASS) row.getSeq[Double](0) else Seq(row.getDouble(0))
    }

  /** MLlib stops at a tolerance of 1e-6 and has a ridge of 1e-6, scikit-learn 1e-10 and none. */
  private def near(found: Double, expected: Double): Unit =
    assert(math.abs(found - expected) < 1e-3)

  test("the majority baseline gives every row the classes' frequencies") {
    val rows = data(i => if (i % 3 == 0) 1.0 else 0.0)
    val scored = scorers(rows, binary)("baseline:majority").score(rows)
    assert(scored.columns.toSeq == Seq("row_id", "label", "group", "probability"))
    assert(predictions(scored, binary).distinct == Seq(Seq(100.0 / 300)))
    val evaluation = new Evaluator(binary, List.empty[String].asJava).evaluate(scored)
    assert(evaluation.value("all", "auc").getAsDouble == 0.5)
    assert(math.abs(evaluation.value("all", "accuracy").getAsDouble - 2.0 / 3) < 1e-15)
    val classes = data(i => if (i % 4 == 0) 1.0 else 0.0)
    val three = scorers(classes, threeClasses)("baseline:majority").score(classes)
    assert(predictions(three, threeClasses).distinct == Seq(Seq(0.75, 0.25, 0.0)))
  }

  test("the mean baseline has an R2 of 0") {
    val rows = data(realLabel)
    val scored = scorers(rows, regression)("baseline:mean").score(rows)
    near(predictions(scored, regression).head.head, Expected.linear("mean"))
    val evaluation = new Evaluator(regression, List.empty[String].asJava).evaluate(scored)
    assert(math.abs(evaluation.value("all", "r2").getAsDouble) < 1e-15)
  }

  test("logistic regression is scikit-learn's") {
    val rows = data(binaryLabel)
    val p = predictions(scorers(rows, binary)("baseline:logistic-regression").score(rows), binary)
      .map(_.head)
    near(p.head, Expected.logistic("p0"))
    near(p(1), Expected.logistic("p1"))
    near(p(299), Expected.logistic("p299"))
    near(p.sum / p.size, Expected.logistic("mean"))
  }

  test("multinomial regression is scikit-learn's") {
    val rows = data(classLabel)
    val p = predictions(
      scorers(rows, threeClasses)("baseline:logistic-regression").score(rows),
      threeClasses
    )
    for (i <- Seq(0, 299); k <- 0 until 3) near(p(i)(k), Expected.multinomial(s"p$i-$k"))
  }

  test("linear regression is least squares") {
    val rows = data(realLabel)
    val f =
      predictions(scorers(rows, regression)("baseline:linear-regression").score(rows), regression)
        .map(_.head)
    for (i <- Seq(0, 1, 299)) near(f(i), Expected.linear(s"f$i"))
  }

  test("a class that no training row has still gets a probability") {
    val rows = data(i => i % 2)
    val p = predictions(
      scorers(rows, threeClasses)("baseline:logistic-regression").score(rows),
      threeClasses
    )
    assert(p.forall(row => row.size == 3 && row(2) < 1e-3))
  }

  test("1, 2 and 5 partitions of the training rows give the same bits") {
    for (
      (target, label) <- Seq(
        (binary, binaryLabel _),
        (threeClasses, classLabel _),
        (regression, realLabel _)
      )
    ) {
      val rows = data(label)
      val fits = Seq(rows.coalesce(1), rows.repartition(2), rows.repartition(5)).map { train =>
        scorers(train, target).mapValues(s => predictions(s.score(rows), target)).toMap
      }
      assert(fits.distinct.size == 1)
    }
  }
}
