package dev.lockstep.cluster

import java.util.concurrent.TimeUnit.SECONDS

import scala.collection.JavaConverters._

/** What happens to a cluster's processes while a training runs.
  *
  * @param strike
  *   does it
  * @param heal
  *   undoes it
  * @param seconds
  *   from the one to the other; none: what is gone is away until the run's end
  */
final case class Fault(
    name: String,
    strike: (LocalCluster, Submission) => Unit,
    heal: LocalCluster => Unit,
    seconds: Option[Int]
) {

  /** Does it, and undoes it when its time is over, in a thread of its own. */
  def happen(cluster: LocalCluster, run: Submission): Unit = {
    strike(cluster, run)
    seconds.foreach { wait =>
      val healing = new Thread(() => {
        SECONDS.sleep(wait)
        heal(cluster)
      })
      healing.setDaemon(true)
      healing.start()
    }
  }
}

object Fault {
  private val slow = 20

  val executor: Fault =
    Fault("executor killed", (cluster, _) => kill(cluster.executors.take(1)), _ => (), None)

  val driver: Fault =
    Fault("driver killed, rerun", (_, run) => kill(run.driver.toSeq), _ => (), None)

  val worker: Fault = Fault(
    "Spark worker and its executor killed",
    (cluster, _) => kill(cluster.spark.workers.head.process.toSeq.flatMap(withChildren)),
    _.spark.start(),
    None
  )

  val dataNode: Fault = Fault(
    "DataNode killed (2 replicas)",
    (cluster, _) => kill(cluster.hdfs.dataNodes.head.process.toSeq),
    _.hdfs.start(),
    None
  )

  def nameNode(seconds: Int): Fault = Fault(
    s"NameNode killed, back after $seconds s",
    (cluster, _) => kill(cluster.hdfs.nameNode.process.toSeq),
    _.hdfs.start(),
    Some(seconds)
  )

  val everything: Fault = Fault(
    "all killed at once, all started again, rerun",
    (cluster, run) =>
      kill(
        run.driver.toSeq ++ cluster.spark.started ++
          (cluster.spark.daemons ++ cluster.hdfs.daemons).flatMap(_.process)
      ),
    _.start(Seq("hdfs", "spark")),
    Some(0)
  )

  /** Stopped, not ended: it keeps its connections and says nothing. */
  val slowExecutor: Fault = Fault(
    s"executor stopped for $slow s",
    (cluster, _) => cluster.executors.headOption.foreach(Processes.signal(_, "STOP")),
    _.executors.foreach(Processes.signal(_, "CONT")),
    Some(slow)
  )

  val all: Seq[Fault] =
    Seq(executor, driver, worker, dataNode, nameNode(20), everything, slowExecutor)

  private def withChildren(handle: ProcessHandle): Seq[ProcessHandle] =
    handle +: handle.children.iterator.asScala.toSeq

  /** First all signals, then the waiting. */
  private def kill(victims: Seq[ProcessHandle]): Unit = {
    victims.foreach(_.destroyForcibly())
    victims.foreach(Processes.kill)
  }
}
