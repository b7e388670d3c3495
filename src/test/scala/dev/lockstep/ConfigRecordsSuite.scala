package dev.lockstep

import dev.lockstep.config.Task
import org.scalatest.funsuite.AnyFunSuite

class ConfigRecordsSuite extends AnyFunSuite {
  test("there are three tasks") {
    assert(Task.values().length == 3)
  }
}
