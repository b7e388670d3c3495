package dev.lockstep.job

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.storage.StoppingFileSystem
import org.scalatest.funsuite.AnyFunSuite

/** Two drivers on one run id: one works, and what the other may have done is never seen. */
class TwoDriversSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(500))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def settings(lease: String): String = place.settings(
    s"""train { epochs = 3, batch-size = 16, workers = 1, checkpoint-every = 4 iterations }
       |lease { $lease }
       |""".stripMargin
  )

  private lazy val undisturbed =
    place.result(new TrainJob, "--conf", settings("wait = 0 s"), "--run-id", "undisturbed")

  private def rows(runId: String): Seq[Any] =
    place.tables
      .epochs(runId)
      .asScala
      .map(row => (row.epoch, row.split, row.samples, row.loss))
      .toSeq ++
      place.tables
        .iterations(runId)
        .asScala
        .map(row => (row.epoch, row.iteration, row.samples, row.loss))

  private def attempts(runId: String): Seq[(Int, String)] =
    place.tables.runs(runId).asScala.toSeq.map(row => (row.attempt, row.status))

  private def assertAsUndisturbed(runId: String, ended: Ended): Unit = {
    assert(ended.code == 0, ended)
    val result = Workplace.json(ended.out)
    assert(result("parameters_sha256") == undisturbed("parameters_sha256"))
    assert(rows(runId) == rows("undisturbed"))
    assert(place.tables.versions("orders").asScala.count(_.version == runId) == 1)
  }

  /** A driver that stops itself when it is about to write a file of the run's second checkpoint. */
  private def stoppingDriver(runId: String, lease: String): JobProcess =
    new JobProcess(
      place.folder,
      classOf[TrainJob],
      Map(
        "spark.hadoop.fs.file.impl" -> classOf[StoppingFileSystem].getName,
        "spark.lockstep.test.stop" -> s".*/checkpoints/$runId/\\.8\\.[^/]*/state.json"
      ),
      Seq("--conf", settings(lease), "--run-id", runId): _*
    )

  private def train(runId: String, lease: String): Ended =
    place.run(new TrainJob, "--conf", settings(lease), "--run-id", runId)

  test("a driver that was stopped, and whose run another one has trained, writes nothing more") {
    undisturbed
    val stopped = stoppingDriver("stopped", "timeout = 2 s")
    try {
      stopped.awaitStop()
      val second = train("stopped", "timeout = 2 s, wait = 2 minutes")
      assertAsUndisturbed("stopped", second)
      assert(
        second.errLines.exists(_.startsWith("Waiting up to 2 minutes for run stopped: held by "))
      )
      assert(second.errLines.exists(_.startsWith("Taking over run stopped: process ")))
      assert(attempts("stopped") == Seq((1, "killed"), (2, "done")))
      val stored = place.stored
      stopped.goOn()
      val first = stopped.ended()
      assert(first.code == 1 && first.out.isEmpty, first)
      assert(
        first.errLines.last.startsWith(
          "Cannot go on with run stopped: its lease is gone, by another driver that is done "
        ),
        first
      )
      assert(rows("stopped") == rows("undisturbed"))
      assert(attempts("stopped") == Seq((1, "killed"), (2, "done")))
      assert(place.stored == stored)
    } finally stopped.kill()
  }

  test("a second driver leaves at once if it may not wait, and waits for the first one's end") {
    undisturbed
    val first = stoppingDriver("shared", "timeout = 1 hour")
    try {
      first.awaitStop()
      val second = train("shared", "wait = 0 seconds")
      assert(second.code == 1 && second.out.isEmpty, second)
      assert(second.errLines.last.startsWith("Cannot work on run shared: held by process "))
      assert(second.errLines.last.endsWith("(waited 0 seconds; lease.wait says how long)"))
      assert(attempts("shared") == Seq((1, "running")))
      first.goOn()
      val third = train("shared", "timeout = 1 hour, wait = 2 minutes")
      assertAsUndisturbed("shared", third)
      assertAsUndisturbed("shared", first.ended())
      assert(third.errLines.contains("Run shared is trained already"))
      assert(attempts("shared") == Seq((1, "done")))
    } finally first.kill()
  }
}
