package dev.lockstep.cluster

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import dev.lockstep.{Packaged, SharedSpark, Slow}
import dev.lockstep.job.{Ended, Workplace}
import org.apache.hadoop.fs.Path
import org.apache.hadoop.hdfs.DistributedFileSystem
import org.apache.hadoop.hdfs.protocol.HdfsConstants.{QUOTA_DONT_SET, QUOTA_RESET}
import org.scalatest.funsuite.AnyFunSuite

/** Processes of Spark standalone and of HDFS, on which source and store are, are killed in
  * mid-round: the run ends with the parameters and rows of one on a single machine that nothing
  * disturbed.
  */
class ClusterFaultsSuite extends AnyFunSuite with SharedSpark {
  @volatile private var started = Option.empty[ClusterRuns]
  sys.addShutdownHook(started.foreach(_.stop())) // also when a test run is interrupted

  private lazy val runs = {
    val place = new Workplace(spark)
    started = Some(new ClusterRuns(SharedCluster.home, place, SharedCluster("hdfs", "spark")))
    started.get
  }
  private lazy val cluster = runs.cluster
  private lazy val client = Mode.standalone(cluster)
  private lazy val alone = Mode("embedded", Seq("--master", "local[1]"), client.environment)
  private lazy val fileSystem = runs.fileSystem.asInstanceOf[DistributedFileSystem]
  private lazy val deployed = Mode.standaloneCluster(cluster)

  override def afterAll(): Unit = {
    started.foreach { runs =>
      runs.stop()
      runs.place.delete()
    }
    super.afterAll()
  }

  private def assertAsUndisturbed(runId: String): Unit = {
    val trained = runs.trained(runId)
    assert(trained.sameBits(runs.undisturbed) && trained.sameRows(runs.undisturbed))
    val iterations = trained.iterations.map(_(1))
    assert(iterations == iterations.indices.map(_ + 1))
  }

  private def assertDone(runId: String, ended: Ended): Unit = {
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    assert(
      Workplace.json(ended.out)("parameters_sha256") == runs.undisturbed.parametersSha256.get
    )
    assertAsUndisturbed(runId)
  }

  /** The driver's own words: which worker was lost, and the time. */
  private def assertRecovered(ended: Ended): Unit = {
    val said = "(Retrying|Recovered).*".r.findAllIn(ended.err).toSeq
    said.foreach(info(_))
    assert(said.exists(_.matches("Retrying after failed attempt 1 of a round: worker \\d on .*")))
    assert(said.exists(_.matches("Recovered: the round is done on [12] workers?, .* s lost")))
  }

  private def statuses(runId: String): Seq[(Int, String)] =
    runs.tables.runs(runId).asScala.map(row => row.attempt -> row.status)

  test("an executor killed: the same bits, each update's row once", Packaged, Cluster) {
    val run = runs.submit("executor", client)
    run.awaitRound(epoch = 2, workers = 2)
    val victim = cluster.spark.executors.head
    assert(Processes.arguments(victim).contains("-Xmx700M"))
    assert(Processes.environment(victim)("OMP_NUM_THREADS") == "1")
    Processes.kill(victim)
    val ended = run.ended()
    assertDone("executor", ended)
    assertRecovered(ended)
    // The one that takes the lost one's place trains too, unless it came too late for the rest.
    val trained = if (ended.err.contains("the round is done on 2 workers")) 3 else 2
    assert(executorLogs.count(_.contains("Number of threads used for OpenMP BLAS: 1")) >= trained)
  }

  test(
    "a link between two workers cut: they meet again, to the same bits",
    Packaged,
    Cluster,
    Slow
  ) {
    assume(Sockets.mayCut, "no right to end other processes' connections")
    val run = runs.submit("cut", client)
    run.awaitRound(epoch = 2, workers = 2)
    val executors = cluster.spark.executors
    assert(Fault.linkCut.happen(cluster, run).toSet == executors.toSet)
    val ended = run.ended()
    assertDone("cut", ended)
    assertRecovered(ended)
  }

  test("a Spark worker, its executor and a DataNode killed: others go on", Packaged, Cluster) {
    val run = runs.submit("worker", client)
    run.awaitRound(epoch = 2, workers = 2)
    assert(Fault.dataNode.happen(cluster, run).size == 1)
    assert(Fault.worker.happen(cluster, run).size == 2)
    try {
      val ended = run.ended()
      assertDone("worker", ended)
      assertRecovered(ended)
    } finally cluster.start(Seq("hdfs", "spark"))
  }

  test(
    "a driver killed: its rerun goes on from the last checkpoint, and waits for a NameNode",
    Packaged,
    Cluster
  ) {
    val run = runs.submit("driver", client)
    // What the first epoch left is safe once the third one runs.
    run.awaitRound(epoch = 3, workers = 2)
    assert(Fault.driver.happen(cluster, run).size == 1)
    assert(run.ended().code != 0)
    val rerun = runs.submit("driver", client)
    rerun.await("a round of the rerun")((2 to 4).exists(rerun.isInRound(_, workers = 2)))
    assert(Fault.nameNode(seconds = 5).happen(cluster, rerun).size == 1)
    val ended = rerun.ended()
    assertDone("driver", ended)
    assert(Workplace.json(ended.out)("resumed_from") != null)
    assert(statuses("driver") == Seq(1 -> "killed", 2 -> "done"))
  }

  test(
    "a driver killed while it prepares, and its rerun on the cluster during a table commit",
    Packaged,
    Cluster,
    Slow
  ) {
    val first = runs.submit("early", client)
    Phase.prepare.await(runs, "early", first)
    assert(Fault.driver.happen(cluster, first).size == 1)
    assert(first.ended().code != 0 && !runs.isTrained("early"))
    val second = runs.submit("early", deployed)
    Phase.tableCommit.await(runs, "early", second)
    assert(Fault.driver.happen(cluster, second).size == 1)
    second.ended()
    assert(!runs.isTrained("early"))
    assertDone("early", runs.submit("early", client).ended())
    assert(statuses("early") == Seq(1 -> "killed", 2 -> "done"))
  }

  test("two drivers at once on one warehouse lose no row", Packaged, Cluster, Slow) {
    val both = Seq("left", "right")
    both.map(runs.submit(_, alone)).zip(both).foreach { case (run, id) =>
      assertDone(id, run.ended())
    }
  }

  test(
    "a store whose quota is used up in mid-run: one line; with room, the same bits",
    Packaged,
    Cluster
  ) {
    val run = runs.submit("full", alone)
    run.awaitRound(epoch = 2, workers = 0) // no executors but the driver's own
    fileSystem.setQuota(runs.store, QUOTA_DONT_SET, 1)
    try {
      val ended = run.ended()
      assert(ended.code == 1 && ended.out.isEmpty, ended)
      val line = s"(Cannot|Failed to) write:? .*\\(full: its quota is used up\\)"
      assert(ended.errLines.last.matches(line), ended)
      assert(!ended.err.contains("\tat "), ended)
    } finally fileSystem.setQuota(runs.store, QUOTA_DONT_SET, QUOTA_RESET)
    assertDone("full", runs.submit("full", alone).ended())
    assert(statuses("full").last._2 == "done" && statuses("full").count(_._2 == "done") == 1)
  }

  test(
    "a store that its user may not write is refused before any work",
    Packaged,
    Cluster
  ) {
    fileSystem.mkdirs(runs.store)
    val guest = alone.copy(environment = alone.environment + ("HADOOP_USER_NAME" -> "guest"))
    val ended = runs.submit("guest", guest).ended()
    assert(ended.code == 1 && ended.out.isEmpty, ended)
    assert(ended.errLines.last == s"Cannot write store: ${runs.store} (permission denied)")
    assert(runs.tables.runs("guest").isEmpty)
    assert(!fileSystem.exists(new Path(runs.store, "prepared/guest")))
  }

  test(
    "a driver on the cluster waits for a NameNode, and its rerun goes on",
    Packaged,
    Cluster,
    Slow
  ) {
    val run = runs.submit("deployed", deployed)
    run.awaitRound(epoch = 2, workers = 2)
    assert(Fault.nameNode(seconds = 5).happen(cluster, run).size == 1)
    run.awaitRound(epoch = 3, workers = 2)
    assert(Fault.driver.happen(cluster, run).size == 1)
    run.ended()
    val ended = runs.submit("deployed", deployed).ended()
    assert(ended.code == 0, ended)
    assertAsUndisturbed("deployed")
    assert(statuses("deployed") == Seq(1 -> "killed", 2 -> "done"))
    val results = logs("stdout").filter(_.nonEmpty).map(Workplace.json)
    assert(results.exists(_("parameters_sha256") == runs.undisturbed.parametersSha256.get))
  }

  test("a master that is not there is said in one line", Packaged, Cluster, Slow) {
    val master = s"spark://127.0.0.1:${FreePorts.take(1).head}"
    val ended =
      runs.submit("nowhere", Mode("", Seq("--master", master), client.environment)).ended()
    assert(
      ended.code == 1 && ended.errLines.last == s"Cannot start Spark on $master (is it up, and may this machine reach it?)"
    )
  }

  test("maintenance from the jar keeps a version's bits and all rows", Packaged, Cluster) {
    val longer = Seq("--set", "train.epochs=6") // a partition with files enough to compact
    assert(runs.submit("kept", client, longer: _*).ended().code == 0)
    val before = runs.trained("kept")
    val checkpoints = new Path(runs.store, "checkpoints/kept")
    assert(runs.fileSystem.listStatus(checkpoints).length > 1)
    val ended = runs.maintain("--apply", "--set", "retention.checkpoints=1").ended()
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    val result = Workplace.json(ended.out)
    assert(result("applied") == true && result("checkpoints").asInstanceOf[Int] > 0)
    assert(result("compacted_files").asInstanceOf[Int] > 0)
    assert(runs.fileSystem.listStatus(checkpoints).length <= 2) // the last and the best one
    assert(runs.trained("kept") == before)
    val again = runs.submit("kept", client, longer: _*).ended()
    assert(again.code == 0 && again.err.contains("Run kept is trained already"), again)
  }

  private def executorLogs: Seq[String] = logs("stderr")

  private def logs(stream: String): Seq[String] =
    (1 to 2).flatMap { worker =>
      val files = Files.walk(cluster.spark.workFolder(worker))
      try
        files.iterator.asScala
          .filter(_.endsWith(stream))
          .map(Files.readString(_: java.nio.file.Path))
          .toList
      finally files.close()
    }
}
