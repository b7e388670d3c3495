package dev.lockstep.evaluation

import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

class RankStatisticSuite extends AnyFunSuite with ScalaCheckPropertyChecks {

  private val counts = Gen.choose(0L, 1000L)
  private val run = Gen.listOf(Gen.zip(counts, counts)).map(statistic)

  private def statistic(ties: Seq[(Long, Long)]): RankStatistic =
    ties.foldLeft(RankStatistic.NONE)((s, tie) => s.`then`(RankStatistic.ofTies(tie._1, tie._2)))

  test("appending is associative and takes nothing in from an empty run") {
    forAll(run, run, run) { (a, b, c) =>
      assert(a.`then`(b).`then`(c) == a.`then`(b.`then`(c)))
      assert(a.`then`(RankStatistic.NONE) == a && RankStatistic.NONE.`then`(a) == a)
    }
  }

  test("AUC is the share of pairs that are in order, ties counting half") {
    // Few distinct scores, so that most pairs tie; every pair is looked at.
    forAll(Gen.listOf(Gen.zip(Gen.choose(0, 4), Gen.oneOf(true, false)))) { rows =>
      val ties = (0 to 4).map { score =>
        val labels = rows.filter(_._1 == score).map(_._2)
        (labels.count(identity).toLong, labels.count(!_).toLong)
      }
      val pairs = for ((p, true) <- rows; (n, false) <- rows) yield math.signum(p - n)
      val auc = statistic(ties).auc
      assert(auc.isPresent == pairs.nonEmpty)
      if (pairs.nonEmpty) {
        assert(
          auc.getAsDouble == (2 * pairs.count(_ > 0) + pairs.count(_ == 0)) / (2.0 * pairs.size)
        )
      }
    }
  }

  test("rows of one class, and no rows, have no AUC and say why") {
    for (
      (rows, reason) <- Seq(
        (3L, 0L) -> "rows of one class",
        (0L, 2L) -> "rows of one class",
        (0L, 0L) -> "no rows"
      )
    ) {
      val report = new SliceReport("all")
      statistic(Seq(rows)).report(report)
      assert(report.measurements.isEmpty)
      assert(report.undefined.get(0) == new UndefinedMetric("all", "auc", reason))
    }
  }

  test("a count that no long holds is an error and not a wrong number") {
    val many = RankStatistic.ofTies(3000000000L, 3000000000L)
    intercept[ArithmeticException](many.`then`(many))
  }
}
