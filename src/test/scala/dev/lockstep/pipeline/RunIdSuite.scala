package dev.lockstep.pipeline

import java.time.LocalDate
import java.util.Optional

import dev.lockstep.config.InvalidConfigException
import org.scalatest.funsuite.AnyFunSuite

class RunIdSuite extends AnyFunSuite {
  private val identity = "0123456789abcdef" * 4

  test("the standard run id is model, date or all, and 8 hex digits") {
    val day = Optional.of(LocalDate.of(2013, 6, 30))
    assert(RunId.standard("flights", day, identity).text == "flights-2013-06-30-01234567")
    assert(
      RunId.standard("flights", Optional.empty[LocalDate], identity).text == "flights-all-01234567"
    )
  }

  test("the longest model name gives a run id") {
    val id = RunId.standard("m" * 100, Optional.of(LocalDate.of(2013, 6, 30)), identity)
    assert(id.text.length == 120)
  }

  Seq("", ".", "..", "a/b", "../a", "a b", "a\n", "ä", "a" * 121).foreach { text =>
    test(s"refuses run id '${text.take(10).trim}' of ${text.length} characters") {
      val refused = intercept[InvalidConfigException](RunId.of(text))
      assert(refused.getMessage.startsWith("Invalid run id: \""))
    }
  }

  Seq("a", "...", ".a", "flights-2013_06.30", "A" * 120).foreach { text =>
    test(s"accepts run id '${text.take(20)}' of ${text.length} characters") {
      assert(RunId.of(text).toString == text)
    }
  }
}
