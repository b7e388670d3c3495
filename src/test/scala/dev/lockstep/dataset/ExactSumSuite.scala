package dev.lockstep.dataset

import java.math.BigDecimal

import org.scalatest.funsuite.AnyFunSuite

class ExactSumSuite extends AnyFunSuite {
  private def terms(seed: Int): Seq[Double] = {
    val random = new java.util.Random(seed)
    val wide = Seq.fill(500)(Math.scalb(random.nextGaussian(), random.nextInt(1200) - 600))
    wide ++ Seq(
      0.0,
      -0.0,
      Double.MinPositiveValue,
      -1e300,
      1e300,
      Double.MaxValue,
      -Double.MaxValue
    )
  }

  private def sum(terms: Seq[Double]): ExactSum = {
    val sum = new ExactSum
    terms.foreach(term => sum.add(term))
    sum
  }

  test("a sum has every digit of the decimal sum of its terms") {
    for (seed <- 1 to 20) {
      val expected = terms(seed).map(new BigDecimal(_)).reduce((a, b) => a.add(b))
      assert(sum(terms(seed)).toBigDecimal.compareTo(expected) == 0)
      assert(sum(terms(seed)).toDouble == expected.doubleValue())
    }
  }

  test("parts in any order and grouping sum to the whole") {
    for (seed <- 1 to 20) {
      val whole = terms(seed)
      val shuffled = new scala.util.Random(seed).shuffle(whole)
      val merged = shuffled.grouped(37).map(sum).reduce((a, b) => a.add(b))
      assert(merged.toBigDecimal.compareTo(sum(whole).toBigDecimal) == 0)
    }
  }

  test("what cancels leaves what is small") {
    assert(sum(Seq(1e200, 1.0, -1e200)).toDouble == 1.0)
    assert(sum(Nil).toDouble == 0.0)
  }

  test("an infinite term is refused") {
    assertThrows[IllegalArgumentException](sum(Seq(Double.PositiveInfinity)))
    assertThrows[IllegalArgumentException](sum(Seq(Double.NaN)))
  }
}
