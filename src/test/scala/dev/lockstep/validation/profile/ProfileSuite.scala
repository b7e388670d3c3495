package dev.lockstep.validation.profile

import java.time.LocalDate
import java.util.{Arrays, TreeMap}

import scala.jdk.CollectionConverters._
import scala.util.Random

import dev.lockstep.validation.profile.ProfiledColumn.Kind
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.unsafe.types.UTF8String
import org.scalatest.funsuite.AnyFunSuite

class ProfileSuite extends AnyFunSuite {
  private val columns = Arrays.asList(
    new ProfiledColumn("x", Kind.NUMBER),
    new ProfiledColumn("k", Kind.CATEGORY),
    new ProfiledColumn("v", Kind.ARRAY)
  )

  /** Short ones and long ones, as both are counted in their own way; one has no letters. */
  private def category(kind: Int): UTF8String =
    UTF8String.fromString(
      if (kind == 0) "" else if (kind % 2 == 0) s"k$kind" else s"a longer $kind"
    )

  private def rows(n: Int, kinds: Int, random: Random = new Random(5)): Seq[InternalRow] =
    Seq.fill(n) {
      val x = random.nextInt(20) match {
        case 0 => null
        case 1 => Double.NaN
        case _ => random.nextGaussian() * math.pow(10, random.nextInt(6) - 2)
      }
      val k =
        if (random.nextInt(9) == 0) null else category(random.nextInt(kinds))
      val v = ArrayData.toArrayData(Array(random.nextFloat(), random.nextFloat()))
      new GenericInternalRow(Array[Any](x, k, v))
    }

  private def state(rows: Seq[InternalRow]): RowsState = {
    val state = new RowsState(columns)
    rows.foreach(state.add(_, 0))
    state
  }

  for (kinds <- Seq(5, 30000)) test(s"parts of rows merge to the whole, to the bit: $kinds kinds") {
    val all = rows(if (kinds > 100) 60000 else 5000, kinds)
    val whole = state(all).finish()
    val random = new Random(6)
    for (parts <- Seq(2, 7, 40)) {
      val dealt = random.shuffle(all).groupBy(_ => random.nextInt(parts)).values.map(state)
      val merged = random.shuffle(dealt.toSeq).foldLeft(new RowsState(columns))(_.merge(_))
      assert(merged.finish() == whole)
    }
    assert(whole.get(1).categories.grouped == (kinds > 10000))
    assert(whole.get(0).histogram.rows.size <= 512 && whole.get(0).histogram.rows.size > 200)
  }

  test("what is summed up is the same whether numbers are counted each or not") {
    // 400 values are counted each, and with 400 more they are not; tiny, huge and signed zeros among them.
    val few = Seq(0.0, -0.0, 1e-300, -1e149) ++ (1 to 396).map(i => i * 0.1)
    val more = (1 to 400).map(i => -i * 0.3)
    def summed(numbers: Seq[Double]): ColumnProfile = {
      val state = new NumberState
      numbers.foreach(state.add)
      state.finish("x").get(0)
    }
    def moments(numbers: Seq[Double]): Moments = {
      val moments = new Moments
      numbers.foreach(moments.add)
      moments
    }
    val random = new Random(8)
    for (numbers <- Seq(few, few ++ few ++ few, few ++ more, more ++ few ++ few)) {
      val profile = summed(random.shuffle(numbers))
      val row = moments(numbers)
      assert(profile.mean == row.mean && profile.deviation == row.deviation)
      assert(profile.least == numbers.min && profile.greatest == numbers.max)
      assert(profile.histogram.droppedBits > 0 == numbers.contains(-0.3))
    }
  }

  test("texts of any length and bytes are counted each") {
    val texts =
      Seq("", "\u0000", "\u0000\u0000", "a", "a\u0000", "äöü", "1234567", "12345678", "123456789")
    val seen = texts.zipWithIndex.flatMap { case (text, times) => Seq.fill(times + 1)(text) }
    val profile = state(
      Random
        .shuffle(seen)
        .map(text =>
          new GenericInternalRow(
            Array[Any](1.0, UTF8String.fromString(text), ArrayData.toArrayData(Array(1f)))
          )
        )
    ).finish()
    val counted = profile.get(1).categories.rows.asScala.map { case (k, v) => k -> v.toInt }
    assert(counted == texts.zipWithIndex.map { case (text, times) => text -> (times + 1) }.toMap)
  }

  test("count, missing values, extent, mean and deviation are those of a hand calculation") {
    val values = Seq[Any](1.0, 2.0, null, 4.0, Double.NaN, -3.0)
    val profile = state(
      values.map(x =>
        new GenericInternalRow(
          Array[Any](x, UTF8String.fromString("a"), ArrayData.toArrayData(Array(1f, 2f)))
        )
      )
    ).finish()
    val x = profile.get(0)
    assert(x.rows == 6 && x.missing == 2 && x.least == -3.0 && x.greatest == 4.0)
    assert(x.mean == 1.0)
    // ((1-1)^2 + (2-1)^2 + (4-1)^2 + (-3-1)^2) / 4 = 6.5
    assert(x.deviation == math.sqrt(6.5))
    assert(profile.get(2).greatest == 2.0 && profile.get(3).mean == 1.5)
  }

  test("distances are those of a hand calculation") {
    def numbers(values: Double*): ColumnProfile = {
      val state = new NumberState
      values.foreach(state.add)
      state.finish("x").get(0)
    }
    val distance = Distance.between(numbers(1, 2, 3, 4), numbers(3, 4, 5, 6))
    assert(distance.gap == 0.5) // at 2: 2/4 against 0
    val same = Distance.between(numbers(1, 2, 3, 4), numbers(1, 2, 3, 4))
    assert(same.gap == 0 && same.stability == 0 && same.gapChance == 1)
    // Two cells of 3 and 1 against 1 and 3 rows, half a row more in each: shares 0.7 and 0.3.
    val psi = PopulationStability.of(new Aligned(Array(3L, 1L), Array(1L, 3L)))
    assert(math.abs(psi - 2 * 0.4 * math.log(0.7 / 0.3)) < 1e-15)
    // chi-squared of 30, 10 against 10, 30 is 20 with one degree: p = 7.74e-6 (R: pchisq)
    val chance = Chance.ofChiSquared(new Aligned(Array(30L, 10L), Array(10L, 30L)))
    assert(math.abs(chance - 7.744216e-6) < 1e-11)
    // Fisher's exact test, one tail doubled, summed in Python with fractions: 3 of 10 against 1 of 20 and 2 of 40
    // against 0 of 672.
    assert(math.abs(Chance.ofShare(3, 10, 1, 20) - 0.1904761905) < 1e-9)
    assert(math.abs(Chance.ofShare(2, 40, 0, 672) - 0.0061631821) < 1e-9)
    assert(math.abs(Chance.ofShare(0, 40, 500, 1000) - 4.001073e-12) < 1e-17)
    assert(Chance.ofShare(50, 1000, 500, 10000) == 1 && Chance.ofShare(0, 0, 5, 9) == 1)
    // Q(1) of Kolmogorov's distribution is 0.26999967 (Smirnov's table): n = m = 2, gap 1.
    assert(math.abs(Chance.ofKolmogorovSmirnov(1, 2, 2) - 0.26999967) < 1e-8)
  }

  test("a profile is read as it was written") {
    val byDay = new TreeMap[LocalDate, RowsState]
    for (day <- 1 to 5)
      byDay.put(LocalDate.of(2024, 1, day), state(rows(200, 4, new Random(day))))
    val schema = new TreeMap[String, String](Map("x" -> "double").asJava)
    val origin = new Profile.Origin(LocalDate.of(2024, 1, 5), "x", schema)
    val profile =
      Profile.of(origin, byDay, Arrays.asList(state(rows(100, 4))), new RowsState(columns))
    assert(profile.rows == 1100 && profile.columns.get(0).days.days == 5)
    assert(Profile.fromJson(profile.toJson) == profile)
  }
}
