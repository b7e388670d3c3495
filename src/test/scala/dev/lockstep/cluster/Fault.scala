package dev.lockstep.cluster

import java.util.concurrent.TimeUnit.{MILLISECONDS, SECONDS}

import scala.collection.JavaConverters._

/** What happens to a cluster's processes while a training runs.
  *
  * @param strike
  *   does it, and says to which processes; to none where it finds none
  * @param heal
  *   undoes it
  * @param seconds
  *   from the one to the other; none: what is gone is away until the run's end
  * @param phases
  *   in which it can strike
  * @param options
  *   of the training
  */
final case class Fault(
    name: String,
    strike: (LocalCluster, Submission) => Seq[ProcessHandle],
    heal: LocalCluster => Unit,
    seconds: Option[Int],
    phases: Seq[Phase] = Phase.all,
    options: Seq[String] = Nil
) {

  /** Does it as soon as there is something that it strikes, and undoes it when its time is over, in
    * a thread of its own.
    *
    * @return
    *   what it struck; nothing if the run ended before
    */
  def happen(cluster: LocalCluster, run: Submission): Seq[ProcessHandle] = {
    var struck = Seq.empty[ProcessHandle]
    while (struck.isEmpty && run.isAlive) {
      struck = strike(cluster, run)
      if (struck.isEmpty) MILLISECONDS.sleep(10)
    }
    seconds.foreach { wait =>
      val healing = new Thread(() => {
        SECONDS.sleep(wait)
        heal(cluster)
      })
      healing.setDaemon(true)
      healing.start()
    }
    struck
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
    (cluster, _) => {
      val victims = cluster.executors.take(1)
      victims.foreach(Processes.signal(_, "STOP"))
      victims.filter(Processes.isStopped)
    },
    _.executors.foreach(Processes.signal(_, "CONT")),
    Some(slow)
  )

  /** All connections between two executors end; both go on, and may connect again. */
  val linkCut: Fault = Fault(
    "link between two workers cut",
    (cluster, _) =>
      linked(cluster.executors).filter { case Seq(one, other) =>
        val links = Sockets.between(one, other)
        Sockets.cut(links)
        links.nonEmpty && links.intersect(Sockets.between(one, other)).isEmpty
      }.flatten,
    _ => (),
    None,
    withLinks
  )

  /** Nothing passes between two executors, and neither is told; both reach all others. */
  def partition(network: Namespaces, seconds: Int): Fault = Fault(
    s"two workers parted for $seconds s",
    (cluster, _) =>
      linked(cluster.executors).take(1).flatMap { executors =>
        network.part()
        executors
      },
    _ => network.join(),
    Some(seconds),
    withLinks,
    Seq("--set", "train.timeout=5 seconds")
  )

  val all: Seq[Fault] =
    Seq(executor, driver, worker, dataNode, nameNode(20), everything, slowExecutor) ++
      Some(linkCut).filter(_ => Sockets.mayCut)

  /** Workers have links from a training's first round on. */
  private def withLinks: Seq[Phase] = Phase.all.filterNot(_ == Phase.prepare)

  /** Pairs of them that speak with each other just now. */
  private def linked(executors: Seq[ProcessHandle]): Seq[Seq[ProcessHandle]] =
    executors.combinations(2).filter(pair => Sockets.between(pair(0), pair(1)).nonEmpty).toSeq

  private def withChildren(handle: ProcessHandle): Seq[ProcessHandle] =
    handle +: handle.children.iterator.asScala.toSeq

  /** First all signals, then the waiting; those that lived. */
  private def kill(victims: Seq[ProcessHandle]): Seq[ProcessHandle] = {
    val lived = victims.filter(victim => victim.isAlive && victim.destroyForcibly())
    lived.foreach(Processes.kill)
    lived
  }
}
