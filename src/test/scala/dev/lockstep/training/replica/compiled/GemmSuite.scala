package dev.lockstep.training.replica.compiled

import dev.lockstep.training.replica.GradientFixture
import org.bytedeco.javacpp.FloatPointer
import org.scalacheck.Gen
import org.scalatest.funsuite.AnyFunSuite
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

class GemmSuite extends AnyFunSuite with GradientFixture with ScalaCheckPropertyChecks {

  /** Numbers that start `offset` floats after whatever malloc aligned. */
  private def at(offset: Int, values: Array[Float]): FloatPointer = {
    val memory = new FloatPointer((values.length + 64).toLong).getPointer(offset.toLong)
    memory.put(values, 0, values.length)
  }

  private def bits(memory: FloatPointer, count: Int): Seq[Int] = {
    val values = new Array[Float](count)
    memory.get(values)
    values.map(java.lang.Float.floatToRawIntBits).toSeq
  }

  private def products(samples: Int, in: Int, out: Int, offsets: Int => Int): Seq[Seq[Int]] = {
    val gemm = new Gemm(samples, in, out)
    def nan(place: Int, count: Int) = at(offsets(place), Array.fill(count)(Float.NaN))
    val x = at(offsets(0), uniform(samples * in, 1))
    val w = at(offsets(1), uniform(in * out, 2))
    val b = at(offsets(2), uniform(out, 3))
    val (z, dw) = (nan(3, samples * out), nan(4, in * out))
    val (db, dx) = (nan(5, out), nan(6, samples * in))
    gemm.forward(x, w, b, z)
    gemm.parameterGradients(z, x, dw, db)
    gemm.inputGradient(z, w, dx)
    Seq(bits(z, samples * out), bits(dw, in * out), bits(db, out), bits(dx, samples * in))
  }

  test("the bits do not depend on where in memory the numbers lie, nor on what lay there before") {
    val sizes = for {
      samples <- Gen.choose(1, 130)
      in <- Gen.choose(1, 200)
      out <- Gen.choose(1, 130)
      seed <- Gen.choose(0L, 1000000L)
    } yield (samples, in, out, seed)
    forAll(sizes, minSuccessful(150)) { case (samples, in, out, seed) =>
      val random = dev.lockstep.plan.SplitMix64.of(seed)
      val offsets = Array.fill(7)(random.next(17))
      val found = products(samples, in, out, offsets(_))
      assert(found == products(samples, in, out, _ => 0))
      assert(!found.flatten.map(java.lang.Float.intBitsToFloat).exists(_.isNaN))
    }
  }
}
