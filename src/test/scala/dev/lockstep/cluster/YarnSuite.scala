package dev.lockstep.cluster

import scala.collection.JavaConverters._
import scala.sys.process.{Process, ProcessLogger}

import dev.lockstep.{Packaged, SharedSpark, Slow}
import dev.lockstep.job.Workplace
import org.scalatest.funsuite.AnyFunSuite

/** Jobs on YARN, source and store on HDFS, end with the bits and rows of one on a single machine.
  */
class YarnSuite extends AnyFunSuite with SharedSpark {
  @volatile private var started = Option.empty[ClusterRuns]
  sys.addShutdownHook(started.foreach(_.stop()))

  private lazy val runs = {
    val cluster = SharedCluster("hdfs", "yarn")
    started = Some(new ClusterRuns(SharedCluster.home, new Workplace(spark), cluster))
    started.get
  }

  /** Spark's client for YARN comes from Python's registry; why it does not, if so. */
  private lazy val missingClient: Option[String] = {
    var said = Seq.empty[String]
    val status =
      Process(s"${SharedCluster.home}/jobs/cluster client").!(ProcessLogger(line => said :+= line))
    if (status == 0) None else said.lastOption
  }

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
  }

  test("an executor's container killed: the same bits and rows", Packaged, Cluster, Slow) {
    assume(missingClient.isEmpty, missingClient.mkString)
    val run = runs.submit("client", Mode.yarn(runs.cluster))
    run.awaitRound(epoch = 2, workers = 2)
    assert(Fault.executor.happen(runs.cluster, run).size == 1)
    val ended = run.ended()
    assert(
      "Recovered: the round is done on \\d workers?, .* s lost".r.findFirstIn(ended.err).isDefined
    )
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    val sha256 = Workplace.json(ended.out)("parameters_sha256")
    assert(runs.undisturbed.parametersSha256.contains(sha256))
    assertAsUndisturbed("client")
  }

  test("a driver killed in its container: YARN starts it again", Packaged, Cluster, Slow) {
    assume(missingClient.isEmpty, missingClient.mkString)
    val run = runs.submit("deployed", Mode.yarnCluster(runs.cluster))
    Phase.checkpointWrite.await(runs, "deployed", run)
    assert(Fault.driver.happen(runs.cluster, run).size == 1)
    val ended = run.ended()
    assert(ended.code == 0, ended)
    assertAsUndisturbed("deployed")
    val statuses = runs.tables.runs("deployed").asScala.map(_.status)
    assert(statuses == Seq("killed", "done"))
  }
}
