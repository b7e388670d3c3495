package dev.lockstep.training.allreduce

import java.nio.ByteBuffer
import java.security.GeneralSecurityException
import org.scalatest.funsuite.AnyFunSuite

class SealSuite extends AnyFunSuite {
  private val key = Array.tabulate(32)(_.toByte)

  private def frames(seal: Seal, texts: String*): Seq[Array[Byte]] = texts.map { text =>
    val frame = new Array[Byte](text.length + Seal.TAG_BYTES)
    seal.seal(ByteBuffer.wrap(text.getBytes("US-ASCII")), ByteBuffer.wrap(frame))
    frame
  }

  private def open(seal: Seal, frame: Array[Byte]): String = {
    val plain = new Array[Byte](frame.length - Seal.TAG_BYTES)
    seal.open(ByteBuffer.wrap(frame), ByteBuffer.wrap(plain))
    new String(plain, "US-ASCII")
  }

  test("frames open in the order in which they were sealed, and never show what they hold") {
    val sealedFrames = frames(new Seal(key), "gradient", "gradient", "")
    assert(sealedFrames(0).toSeq != sealedFrames(1).toSeq)
    assert(!new String(sealedFrames(0), "ISO-8859-1").contains("gradient"))
    val other = new Seal(key)
    assert(sealedFrames.map(open(other, _)) == Seq("gradient", "gradient", ""))
  }

  test("a frame that is changed, repeated, left out or sealed by a stranger is refused") {
    val Seq(first, second) = frames(new Seal(key), "one", "two")
    val changed = first.clone()
    changed(1) = (changed(1) ^ 4).toByte
    assertThrows[GeneralSecurityException](open(new Seal(key), changed))
    assertThrows[GeneralSecurityException](open(new Seal(key), second))
    assertThrows[GeneralSecurityException](open(new Seal(new Array[Byte](32)), first))
    val seal = new Seal(key)
    open(seal, first)
    assertThrows[GeneralSecurityException](open(seal, first))
  }
}
