package dev.lockstep.training

import java.time.Duration
import org.scalatest.funsuite.AnyFunSuite

class TaskSlotsSuite extends AnyFunSuite {
  private val none = Duration.ZERO
  private val minute = Duration.ofMinutes(1)

  /** Answers one after the other, then the last one for ever. */
  private def slots(answers: Int*): java.util.function.IntSupplier = {
    val rest = answers.iterator
    var last = 0
    () => { if (rest.hasNext) last = rest.next(); last }
  }

  test("enough slots are taken at once, and executors on their way are waited for") {
    assert(TaskSlots.await(slots(4), 4, minute, minute) == 4)
    assert(TaskSlots.await(slots(0, 0, 2, 4, 9), 4, minute, minute) == 4)
  }

  test("without waiting the slots are what they are") {
    assert(TaskSlots.await(slots(0, 8), 4, none, none) == 0)
  }

  test("slots that have settled are taken as all, but none is never enough") {
    assert(TaskSlots.await(slots(0, 0, 2), 8, minute, Duration.ofMillis(150)) == 2)
  }

  test("time runs out") {
    assert(TaskSlots.await(slots(0), 1, Duration.ofMillis(150), none) == 0)
  }
}
