package dev.lockstep.job

import java.nio.file.{Files, Path}

import dev.lockstep.SharedSpark
import dev.lockstep.storage.StoppingFileSystem
import org.scalatest.funsuite.AnyFunSuite

/** Two drivers that score one date: one writes, and what the other may have done is never seen. */
class TwoScorersSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(300))
    place.result(new TrainJob, "--conf", place.settings(), "--run-id", "first")
    place.result(new TrainJob, "--conf", place.settings("train.seed = 8"), "--run-id", "second")
    place.result(new PromoteJob, "--conf", place.settings(), "--version", "first")
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def arguments(date: String, lease: String): Seq[String] =
    Seq("--conf", place.settings(s"lease { $lease }"), "--run-id", "scoring", "--date", date)

  private def score(date: String, lease: String): Ended =
    place.run(new ScoreJob, arguments(date, lease): _*)

  private def file(date: String): Path =
    place.store.resolve(s"predictions/orders/date=$date/predictions.parquet")

  /** A driver that stops itself when its parts are written, before they become one file. */
  private def stoppingDriver(date: String, lease: String): JobProcess = {
    val halt = s".*/predictions/orders/\\.date=$date\\.[^/]*/predictions.parquet"
    new JobProcess(
      place.folder,
      classOf[ScoreJob],
      Map(
        "spark.hadoop.fs.file.impl" -> classOf[StoppingFileSystem].getName,
        "spark.lockstep.test.stop" -> halt
      ),
      arguments(date, lease): _*
    )
  }

  test("a second scorer waits for the first one's end, and finds its predictions") {
    val settings = "timeout = 1 hour, wait = 2 minutes"
    val first = stoppingDriver("2024-01-20", settings)
    try {
      first.awaitStop()
      val refused = score("2024-01-20", "timeout = 1 hour, wait = 0 seconds")
      assert(refused.code == 1 && refused.out.isEmpty, refused)
      val says = "Cannot work on the predictions of orders for date=2024-01-20: held by process "
      assert(refused.errLines.last.startsWith(says), refused)
      val other = score("2024-01-21", settings)
      assert(other.code == 0 && Workplace.json(other.out)("rows") == 10, other)
      first.goOn()
      val second = score("2024-01-20", settings)
      assert(second.code == 0 && Workplace.json(second.out)("unchanged") == true, second)
      assert(second.errLines.last.startsWith("Predictions are there already, by first of the same"))
      val ended = first.ended()
      assert(ended.code == 0 && Workplace.json(ended.out)("rows") == 10, ended)
      assert(!place.stored.exists(_._1.contains("/.")) && !place.stored.exists(_._1 == "leases"))
    } finally first.kill()
  }

  test("a scorer that was stopped, and whose date another one has scored, writes nothing more") {
    val stopped = stoppingDriver("2024-01-22", "timeout = 2 s")
    try {
      stopped.awaitStop()
      place.result(new PromoteJob, "--conf", place.settings(), "--version", "second")
      val second = score("2024-01-22", "timeout = 2 s, wait = 2 minutes")
      assert(second.code == 0 && Workplace.json(second.out)("version") == "second", second)
      val newer = Files.readAllBytes(file("2024-01-22")).toSeq
      stopped.goOn()
      val first = stopped.ended()
      assert(first.code == 1 && first.out.isEmpty, first)
      val says =
        "Cannot go on with the predictions of orders for date=2024-01-22: its lease is gone"
      assert(first.errLines.last.startsWith(says), first)
      assert(Files.readAllBytes(file("2024-01-22")).toSeq == newer)
      assert(!place.stored.exists(_._1.contains("/.")))
    } finally stopped.kill()
  }
}
