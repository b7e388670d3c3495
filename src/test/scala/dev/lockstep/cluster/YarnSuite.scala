package dev.lockstep.cluster

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

  test("a driver here, executors in containers: the same bits and rows", Packaged, Cluster, Slow) {
    assume(missingClient.isEmpty, missingClient.mkString)
    val ended = runs.submit("client", Mode.yarn(runs.cluster)).ended()
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    val sha256 = Workplace.json(ended.out)("parameters_sha256")
    assert(runs.undisturbed.parametersSha256.contains(sha256))
    assertAsUndisturbed("client")
  }

  test("a driver in a container: the same bits and rows", Packaged, Cluster, Slow) {
    assume(missingClient.isEmpty, missingClient.mkString)
    val ended = runs.submit("deployed", Mode.yarnCluster(runs.cluster)).ended()
    assert(ended.code == 0, ended)
    assertAsUndisturbed("deployed")
  }
}
