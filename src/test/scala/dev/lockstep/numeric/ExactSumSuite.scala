package dev.lockstep.numeric

import org.scalacheck.{Arbitrary, Gen}
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

class ExactSumSuite extends AnyFunSuite with ScalaCheckPropertyChecks {

  private val finite: Gen[Double] =
    Arbitrary
      .arbitrary[Long]
      .map(java.lang.Double.longBitsToDouble)
      .retryUntil(d => Math.abs(d) <= Double.MaxValue)

  private def sum(terms: Seq[Double]): ExactSum = {
    val sum = new ExactSum
    terms.foreach(sum.add)
    sum
  }

  test("a sum is the double nearest to the sum of the terms as decimals") {
    forAll(Gen.listOf(finite)) { terms =>
      val exact =
        terms.map(t => new java.math.BigDecimal(t)).foldLeft(java.math.BigDecimal.ZERO)(_ add _)
      assert(sum(terms).value == exact.doubleValue)
    }
  }

  test("merging the sums of two parts in either order gives the sum of the whole") {
    forAll(Gen.listOf(finite), Gen.listOf(finite)) { (a, b) =>
      val whole = sum(a ++ b).units
      val ab = sum(a)
      ab.merge(sum(b))
      val ba = sum(b)
      ba.merge(sum(a))
      assert(ab.units == whole && ba.units == whole)
    }
  }

  test("small terms survive large ones that cancel") {
    assert(sum(Seq(1e300, 1.0, -1e300, Double.MinPositiveValue)).value == 1.0)
    assert(sum(Seq(1e300, Double.MinPositiveValue, -1e300)).value == Double.MinPositiveValue)
    assert(sum(Seq.fill(10)(0.1)).value == 1.0)
    assert(sum(Nil).value == 0.0)
  }

  test("a sum beyond the largest double is infinite, and comes back") {
    val large = sum(Seq.fill(5)(Double.MaxValue))
    assert(large.value == Double.PositiveInfinity)
    large.merge(sum(Seq.fill(5)(-Double.MaxValue)))
    assert(large.value == 0.0)
  }

  test("half of the last place rounds to even, and the least bit beyond it rounds up") {
    val half = math.pow(2, -53)
    assert(sum(Seq(1.0, half)).value == 1.0)
    assert(sum(Seq(1.0, half, Double.MinPositiveValue)).value == 1.0 + 2 * half)
  }

  test("a square is added without rounding") {
    val number = 1.0 + math.pow(2, -30)
    val square = new ExactSum
    square.addSquare(number)
    square.add(-number * number)
    assert(square.value == math.pow(2, -60))
  }

  test("a term added so many times is that many terms") {
    forAll(Gen.listOf(Gen.zip(finite, Gen.choose(0, 20)))) { terms =>
      val times = new ExactSum
      terms.foreach { case (term, count) => times.addTimes(term, count) }
      assert(times.units == sum(terms.flatMap { case (term, n) => Seq.fill(n)(term) }).units)
    }
    val many = new ExactSum
    for (term <- Seq(0.1, -3e300)) many.addTimes(term, 10000000000L)
    val exact =
      Seq(0.1, -3e300).map(new java.math.BigDecimal(_)).reduce(_ add _).scaleByPowerOfTen(10)
    assert(many.value == exact.doubleValue)
    val squares = new ExactSum
    squares.addSquareTimes(0.1, 3)
    assert(squares.units == Seq.fill(3)(square(0.1)).reduce(_ add _))
  }

  private def square(number: Double): java.math.BigInteger = {
    val sum = new ExactSum
    sum.addSquare(number)
    sum.units
  }

  test("a term that is not finite is refused") {
    for (term <- Seq(Double.NaN, Double.PositiveInfinity, Double.NegativeInfinity)) {
      val refusal = intercept[ArithmeticException](new ExactSum().add(term))
      assert(refusal.getMessage == s"Invalid term of a sum: $term (must be finite)")
    }
  }
}
