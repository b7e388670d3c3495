package dev.lockstep.training

import dev.lockstep.training.allreduce.WorkerFailedException
import org.apache.spark.SparkException
import org.scalatest.funsuite.AnyFunSuite

/** Spark's messages are those of Spark 3.5.9, seen when workers were made to fail. */
class FailureReasonSuite extends AnyFunSuite {
  private val barrier =
    "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage. " +
      "Most recent failure reason: Stage failed because barrier task ResultTask(7, 1) finished unsuccessfully.\n"

  private def reason(message: String): FailureReason = FailureReason.of(new SparkException(message))

  test("a barrier task's failure says the worker first, and drops the trace") {
    val failed = reason(
      barrier + "java.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)\n"
    )
    assert(failed == new FailureReason("worker 1: java.lang.IllegalStateException: boom", true))
  }

  test("of an exception with causes the first one counts") {
    val failed = reason(
      barrier + "java.lang.RuntimeException: outer\n\tat a.B.c(B.java:1)\n" +
        "Caused by: java.io.IOException: inner\n\tat a.B.d(B.java:2)\n\t... 3 more\n" +
        "Caused by: java.net.SocketException: Connection reset\n\tat a.B.e(B.java:3)\n\t... 5 more\n"
    )
    assert(failed.text == "worker 1: java.net.SocketException: Connection reset")
  }

  test("a worker that says itself why it failed is named with its host") {
    def failed(reason: String) = FailureReason.of(new WorkerFailedException(2, "host-7", reason))
    assert(
      failed("java.io.IOException: gone") ==
        new FailureReason("worker 2 on host-7: java.io.IOException: gone", true)
    )
    assert(!failed("dev.lockstep.config.InvalidConfigException: Invalid network: x").mayPass)
  }

  test("a lost executor says so") {
    val lost = reason(
      barrier + "ExecutorLostFailure (executor 0 exited caused by one of the running tasks) Reason: Command exited with code 137"
    )
    assert(
      lost.text == "worker 1: ExecutorLostFailure (executor 0 exited caused by one of the running tasks) " +
        "Reason: Command exited with code 137"
    )
  }

  test("a task of another stage says where it ran") {
    val failed = reason(
      "Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure: " +
        "Lost task 0.0 in stage 3.0 (TID 5) (127.0.0.1 executor driver): java.io.IOException: gone\n" +
        "\tat a.B.c(B.java:1)\n\nDriver stacktrace:"
    )
    assert(failed.text == "task 0 (127.0.0.1 executor driver): java.io.IOException: gone")
  }

  test("settings and data at fault do not pass by trying again") {
    for (
      cause <- Seq(
        "dev.lockstep.config.InvalidConfigException: Invalid network: x (said by DL4J)",
        "java.lang.IllegalStateException: Invalid prepared rows: shard 1 has 2 samples"
      )
    ) assert(!reason(barrier + cause + "\n\tat a.B.c(B.java:1)").mayPass)
  }

  test("any text is one line of at most 1000 characters") {
    val long = reason((1 to 500).map(i => s"line $i").mkString("\n\n"))
    assert(long.text.length == 1000 && !long.text.contains("\n") && long.text.endsWith("…"))
    assert(FailureReason.of(new RuntimeException()).text == "RuntimeException: null")
    assert(FailureReason.of(new DivergedException(1, 2, "x")).text.startsWith("Failed to train: x"))
  }
}
