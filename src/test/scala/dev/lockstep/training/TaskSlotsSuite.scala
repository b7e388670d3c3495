package dev.lockstep.training

import java.time.Duration
import org.apache.spark.SparkConf
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

  test("an application that says how many cores it wants is known by its slots") {
    def asked(settings: (String, String)*) =
      TaskSlots.asked(new SparkConf(false).setAll(settings))
    assert(!asked().isPresent)
    assert(asked("spark.cores.max" -> "6").getAsInt == 6)
    assert(asked("spark.cores.max" -> "6", "spark.task.cpus" -> "2").getAsInt == 3)
    val onYarn = Seq("spark.executor.instances" -> "3", "spark.executor.cores" -> "2")
    assert(asked(onYarn: _*).getAsInt == 6)
  }

  test("time runs out") {
    assert(TaskSlots.await(slots(0), 1, Duration.ofMillis(150), none) == 0)
  }
}
