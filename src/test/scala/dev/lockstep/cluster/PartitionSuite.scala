package dev.lockstep.cluster

import dev.lockstep.job.Workplace
import dev.lockstep.{Packaged, SharedSpark, Slow}
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

/** Spark standalone on two hosts, as far as the kernel's network goes: what one sends the other is
  * dropped on its way, which neither is told.
  */
class PartitionSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = new Workplace(spark)
  private lazy val hosts = Namespaces.open()
  private lazy val cluster = new LocalCluster(
    SharedCluster.home,
    place.folder.resolve("cluster"),
    network = hosts.getOrElse(Network.Loopback)
  )
  sys.addShutdownHook(close())

  override def afterAll(): Unit = {
    close()
    FileUtils.deleteDirectory(place.folder.toFile)
    super.afterAll()
  }

  private def close(): Unit = {
    cluster.stop()
    hosts.foreach(_.close())
  }

  private lazy val settings = place.settings(
    """network.layers = [ { type = dense, units = 1024 }, { type = dense, units = 1024 } ]
      |train { epochs = 4, batch-size = 24, shards = 4, workers = auto }
      |""".stripMargin
  )

  private def train(runId: String, options: String*)(spark: String*): Submission = new Submission(
    SharedCluster.home,
    place.folder,
    "train",
    Seq("--conf", settings, "--run-id", runId) ++ options,
    Mode.environment(cluster)
  )(spark: _*)

  test(
    "two workers parted in mid-round: the timeout says so, then the same bits",
    Packaged,
    Cluster,
    Slow
  ) {
    assume(hosts.isRight, hosts.left.getOrElse(""))
    place.write("orders", place.orders(3000))
    assert(train("alone")("--master", "local[1]").ended().code == 0)
    cluster.start(Seq("spark"))
    val fault = Fault.partition(hosts.toOption.get, seconds = 8)
    val run = train("parted", fault.options: _*)(Mode.standalone(cluster).options: _*)
    run.awaitRound(epoch = 2, workers = 2)
    assert(fault.happen(cluster, run).size == 2)
    val ended = run.ended()
    assert(ended.code == 0, ended)
    val said = ended.errLines.filter(_.matches(".*(Retrying|Recovered).*"))
    said.foreach(info(_))
    val hangs =
      ".*Retrying after failed attempt 1 of a round: worker \\d on 10\\..* hangs since 5 s.*"
    assert(said.exists(_.matches(hangs)), ended)
    val (parted, alone) = (Trained.of(place.tables, "parted"), Trained.of(place.tables, "alone"))
    assert(parted.sameBits(alone) && parted.sameRows(alone))
  }
}
