package dev.lockstep.cluster

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import dev.lockstep.{Packaged, SharedSpark}
import dev.lockstep.job.{Ended, Workplace}
import org.scalatest.funsuite.AnyFunSuite

/** Processes of a standalone cluster are killed in mid-round: the run ends with the parameters and
  * rows of one on a single machine that nothing disturbed.
  */
class ExecutorKillSuite extends AnyFunSuite with SharedSpark {
  private val home = Path.of("").toAbsolutePath
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(9000))
    place
  }
  private lazy val cluster = {
    val cluster = new LocalCluster(home, place.folder.resolve("cluster"), coresPerWorker = 1)
    sys.addShutdownHook(cluster.stop())
    cluster.spark.start()
    cluster
  }
  private var submissions = Seq.empty[Submission]

  override def afterAll(): Unit = {
    submissions.foreach(_.stop())
    cluster.stop()
    place.delete()
    super.afterAll()
  }

  // Many small updates of a wide network: a round of some seconds.
  private lazy val settings = place.settings(
    """network.layers = [
      |  { type = dense, units = 512 }, { type = dropout, rate = 0.2 }, { type = dense, units = 512 }
      |]
      |train { epochs = 3, batch-size = 2, shards = 4, workers = auto }
      |""".stripMargin
  )

  private def train(runId: String)(options: String*): Submission = {
    val arguments = Seq("--conf", settings, "--run-id", runId)
    val started = new Submission(home, place.folder, "train", arguments)(options: _*)
    submissions :+= started
    started
  }

  private def onCluster(runId: String): Submission =
    train(runId)("--master", cluster.spark.url, "--executor-memory", "700m")

  private lazy val undisturbed: Map[String, Any] =
    result(train("undisturbed")("--master", "local[1]").ended())

  private def result(ended: Ended): Map[String, Any] = {
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    Workplace.json(ended.out)
  }

  private def iterations(runId: String): Seq[Seq[Any]] =
    place.tables.iterations(runId).asScala.toSeq.map { row =>
      Seq(row.epoch, row.iteration, row.samples, row.loss, row.gradientNorm, row.updateNorm)
    }

  private def assertAsUndisturbed(runId: String, ended: Ended): Unit = {
    assert(result(ended)("parameters_sha256") == undisturbed("parameters_sha256"))
    assert(iterations(runId) == iterations("undisturbed"))
    assert(iterations(runId).map(_(1)) == (1 to undisturbed("iterations").asInstanceOf[Int]))
    ended.errLines.filter(_.matches("(Retrying|Recovered|Going on).*")).foreach(info(_))
  }

  test("an executor killed in mid-round: the same bits, and each update's row once", Packaged, Cluster) {
    assert(undisturbed("workers") == 1)
    val run = onCluster("executor")
    run.awaitMidStage("epoch 2", tasks = 2, millis = 500)
    val victim = cluster.spark.executors.head
    assert(Processes.arguments(victim).contains("-Xmx700M"))
    assert(Processes.environment(victim)("OMP_NUM_THREADS") == "1")
    val id = victim.pid
    Processes.kill(victim)
    val killed = System.nanoTime()
    run.awaitMidStage("epoch 2", tasks = 2, millis = 0)
    info(f"executor $id killed; its round ran again ${(System.nanoTime() - killed) / 1e9}%.1f s later")
    val ended = run.ended()
    assertAsUndisturbed("executor", ended)
    assert(logs.exists(_.contains("Number of threads used for OpenMP BLAS: 1")))
  }

  private def logs: Seq[String] =
    (1 to 2).flatMap { worker =>
      Files
        .walk(cluster.spark.workFolder(worker))
        .iterator
        .asScala
        .filter(_.endsWith("stderr"))
        .map(Files.readString(_))
    }
}
