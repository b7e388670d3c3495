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
    cluster.spark.start()
    cluster
  }
  @volatile private var submissions = Seq.empty[Submission]
  sys.addShutdownHook(stop()) // a test run that is interrupted leaves no process either

  private def stop(): Unit = {
    submissions.foreach(_.stop())
    if (submissions.nonEmpty) cluster.stop()
  }

  override def afterAll(): Unit = {
    stop()
    place.delete()
    super.afterAll()
  }

  // Many small updates of a wide network: a round of seconds, so that it is met in its middle.
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
    train(runId)(
      Seq("--master", cluster.spark.url, "--executor-memory", "700m") ++
        Seq("--conf", "spark.sql.shuffle.partitions=4"): _*
    )

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
  }

  /** Kills what it is given while both workers are in the epoch's iterations. */
  private def killInMidRound(run: Submission, epoch: Int = 2)(
      victims: => Seq[ProcessHandle]
  ): Unit = {
    run.awaitRound(epoch, workers = 2)
    victims.foreach(Processes.kill)
  }

  /** The driver's own words: which worker was lost, and the time. */
  private def assertRecovered(ended: Ended): Unit = {
    val said = "(Retrying|Recovered).*".r.findAllIn(ended.err).toSeq
    said.foreach(info(_))
    assert(said.exists(_.matches("Retrying after failed attempt 1 of a round: worker \\d on .*")))
    assert(said.exists(_.matches("Recovered: the round is done on [12] workers?, .* s lost")))
  }

  test(
    "an executor killed in mid-round: the same bits, each update's row once",
    Packaged,
    Cluster
  ) {
    val run = onCluster("executor")
    killInMidRound(run) {
      val victim = cluster.spark.executors.head
      assert(Processes.arguments(victim).contains("-Xmx700M"))
      assert(Processes.environment(victim)("OMP_NUM_THREADS") == "1")
      Seq(victim)
    }
    val ended = run.ended()
    assertAsUndisturbed("executor", ended)
    assertRecovered(ended)
    assert(logs.count(_.contains("Number of threads used for OpenMP BLAS: 1")) >= 3)
  }

  test("a worker and its executor killed: the one that is left goes on", Packaged, Cluster) {
    val run = onCluster("worker")
    killInMidRound(run) {
      val worker = cluster.spark.workers.head.process.get
      worker +: worker.children.iterator.asScala.toSeq
    }
    try {
      val ended = run.ended()
      assertAsUndisturbed("worker", ended)
      assertRecovered(ended)
    } finally cluster.spark.start()
  }

  test(
    "a driver killed in mid-round: its rerun goes on from the last checkpoint",
    Packaged,
    Cluster
  ) {
    val run = onCluster("driver")
    // What the first epoch left is safe once the third one runs.
    killInMidRound(run, epoch = 3)(Seq(run.driver))
    val killed = System.nanoTime()
    val ended = onCluster("driver").ended()
    info(f"from the driver's kill to its rerun's end: ${(System.nanoTime() - killed) / 1e9}%.1f s")
    assertAsUndisturbed("driver", ended)
    val epoch = undisturbed("iterations").asInstanceOf[Int] / 3
    assert(Set[Any](epoch, 2 * epoch).contains(result(ended)("resumed_from")))
    val attempts = place.tables.runs("driver").asScala.map(row => row.attempt -> row.status)
    assert(attempts == Seq(1 -> "killed", 2 -> "done"))
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
