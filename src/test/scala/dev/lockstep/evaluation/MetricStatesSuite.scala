package dev.lockstep.evaluation

import dev.lockstep.config.Task
import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks
import scala.collection.JavaConverters._

class MetricStatesSuite extends AnyFunSuite with ScalaCheckPropertyChecks {

  private type Sample = (Double, Array[Double])

  private val targets = Map(
    Task.BINARY -> new Target(Task.BINARY, 2),
    Task.MULTICLASS -> new Target(Task.MULTICLASS, 3),
    Task.REGRESSION -> new Target(Task.REGRESSION, 0)
  )

  private val probability = Gen.choose(0.0, 1.0)
  private val samples: Map[Task, Gen[Sample]] = Map(
    Task.BINARY -> (for (y <- Gen.oneOf(0.0, 1.0); p <- probability) yield (y, Array(p))),
    Task.MULTICLASS -> (for (y <- Gen.oneOf(0.0, 1.0, 2.0); p <- Gen.listOfN(3, probability))
      yield (y, p.toArray)),
    Task.REGRESSION -> (for (y <- Gen.choose(-1e6, 1e6); f <- Gen.choose(-1e6, 1e6))
      yield (y, Array(f)))
  )

  private def states(task: Task, samples: Seq[Sample]): SliceMetrics = {
    val metrics = new SliceMetrics(targets(task))
    samples.foreach { case (label, prediction) => metrics.add(label, prediction) }
    metrics
  }

  private def report(metrics: SliceMetrics): SliceReport = {
    val report = new SliceReport("all")
    metrics.report(report)
    report
  }

  private def values(task: Task, samples: Sample*): Map[String, Double] =
    report(states(task, samples)).measurements.asScala.map(m => m.metric -> m.value).toMap

  for (task <- Task.values) {
    test(s"$task: parts merged in any order and grouping report what the whole reports") {
      val parts = Gen.listOf(Gen.listOf(samples(task)))
      forAll(parts, Gen.long) { (parts, seed) =>
        val random = new scala.util.Random(seed)
        var merged = random.shuffle(parts).map(states(task, _))
        while (merged.size > 1) {
          val (a, rest) = (merged.head, merged.tail)
          val (before, b :: after) = rest.splitAt(random.nextInt(rest.size))
          if (random.nextBoolean()) a.merge(b) else b.merge(a)
          // One of the two now holds both; the other must not count again.
          val both = if (count(a, task) >= count(b, task)) a else b
          merged = before ::: both :: after
        }
        val whole = report(states(task, parts.flatten))
        val byParts = report(merged.headOption.getOrElse(states(task, Nil)))
        assert(byParts.measurements == whole.measurements)
        assert(byParts.undefined == whole.undefined)
      }
    }

    test(s"$task: no rows have no metrics, and each says so") {
      val empty = report(states(task, Nil))
      assert(empty.measurements.isEmpty)
      assert(empty.undefined.asScala.forall(u => u.reason == "no rows" || u.metric == "r2"))
      assert(!empty.undefined.isEmpty)
    }
  }

  private def count(metrics: SliceMetrics, task: Task): Long =
    report(metrics).measurements.asScala.headOption.map(_.samples).getOrElse(0L)

  test("precision without a positive prediction, recall and F1 without a positive label are 0") {
    val silent = values(Task.BINARY, (1.0, Array(0.2)), (0.0, Array(0.4)))
    assert(silent("precision") == 0.0 && silent("recall") == 0.0 && silent("f1") == 0.0)
    val negative = values(Task.BINARY, (0.0, Array(0.2)))
    assert(negative("recall") == 0.0 && negative("f1") == 0.0 && negative("accuracy") == 1.0)
  }

  test("a probability of exactly 0.5 predicts class 0") {
    assert(values(Task.BINARY, (0.0, Array(0.5)))("accuracy") == 1.0)
  }

  test("log-loss takes a probability of 0 for 1e-15") {
    val most = -StrictMath.log(1e-15)
    assert(values(Task.BINARY, (1.0, Array(0.0)))("log-loss") == most)
    assert(values(Task.BINARY, (0.0, Array(1.0)))("log-loss") == most)
    assert(values(Task.MULTICLASS, (2.0, Array(0.5, 0.5, 0.0)))("log-loss") == most)
    assert(values(Task.BINARY, (1.0, Array(1.0)))("log-loss") == 0.0)
  }

  test("a bin holds its lower bound, and the last one 1 as well") {
    val bins = values(Task.BINARY, (1.0, Array(0.0)), (0.0, Array(0.5)), (1.0, Array(1.0)))
    assert(
      bins.keySet.filter(_.endsWith("observed")) == Set("01", "06", "10").map(b =>
        s"calibration-bin-$b-observed"
      )
    )
    assert(
      bins("calibration-bin-06-observed") == 0.0 && bins("calibration-bin-10-predicted") == 1.0
    )
  }

  test("equal probabilities predict the first class, and absent classes do not count in macro F1") {
    val tie = values(Task.MULTICLASS, (0.0, Array(0.4, 0.4, 0.2)), (1.0, Array(0.1, 0.9, 0.0)))
    assert(tie("accuracy") == 1.0 && tie("macro-f1") == 1.0)
    assert(tie.keySet.filter(_.startsWith("confusion")) == Set("confusion-0-0", "confusion-1-1"))
  }

  test("R2 of a constant label is 1 if all is right, else 0, and of one row undefined") {
    assert(values(Task.REGRESSION, (0.1, Array(0.1)), (0.1, Array(0.1)))("r2") == 1.0)
    assert(values(Task.REGRESSION, (0.1, Array(0.1)), (0.1, Array(0.2)))("r2") == 0.0)
    assert(!values(Task.REGRESSION, (0.1, Array(0.1))).contains("r2"))
  }

  test("R2 does not suffer from labels far from 0") {
    // Labels a, a + 1, a + 2 and errors 0, 0, 1: R2 = 1 - 1 / 2.
    val a = 1e15
    val far = values(Task.REGRESSION, (a, Array(a)), (a + 1, Array(a + 1)), (a + 2, Array(a + 1)))
    assert(far("r2") == 0.5)
  }

  test("a target has the classes of its task") {
    for ((task, classes) <- Seq(Task.BINARY -> 3, Task.MULTICLASS -> 1, Task.REGRESSION -> 2)) {
      val refusal = intercept[IllegalArgumentException](new Target(task, classes))
      assert(refusal.getMessage.startsWith(s"Invalid number of classes: $classes ("))
    }
  }
}
