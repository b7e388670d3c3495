package dev.lockstep.cluster

import java.nio.file.Path

import scala.util.Random

import dev.lockstep.SharedSpark
import dev.lockstep.job.Workplace
import org.apache.commons.io.FileUtils

/** `jobs/faults`: a table of what happens to a training when processes are killed. */
object FaultsMain {
  private val usage =
    """Usage: jobs/faults [--on spark|yarn] [--mode TEXT] [--fault TEXT] [--phase TEXT]
      |       jobs/faults --random N [--seed S] [--on spark|yarn]
      |TEXT: a part of the name of what is wanted: client or cluster; a fault; a phase""".stripMargin
  private val known = Set("--on", "--mode", "--fault", "--phase", "--random", "--seed")

  def main(arguments: Array[String]): Unit = {
    val home = Path.of(arguments.head)
    val options = arguments.tail.toSeq.grouped(2).collect { case Seq(k, v) => k -> v }.toMap
    val usable = arguments.length % 2 == 1 && options.keySet.subsetOf(known) &&
      Set("spark", "yarn").contains(options.getOrElse("--on", "spark")) &&
      Seq("--random", "--seed").flatMap(options.get(_)).forall(_.matches("[0-9]{1,9}"))
    if (!usable) {
      System.err.println(s"Invalid arguments: ${arguments.tail.mkString(" ")}\n$usage")
      sys.exit(2)
    }
    sys.exit(if (run(home, options)) 0 else 1)
  }

  private def run(home: Path, options: Map[String, String]): Boolean = {
    val place = new Workplace(SharedSpark.session)
    val cluster = new LocalCluster(home, place.folder.resolve("cluster"))
    sys.addShutdownHook {
      cluster.stop()
      FileUtils.deleteQuietly(place.folder.toFile)
    }
    val manager = options.getOrElse("--on", "spark")
    val parts = Seq("hdfs", manager)
    cluster.start(parts)
    val runs = new ClusterRuns(home, place, cluster)
    val table = new FaultTable(runs, parts)
    options.get("--random") match {
      case Some(count) =>
        val random = new Random(options.getOrElse("--seed", "1").toLong)
        val (mode, faults) = if (manager == "yarn") onYarn(cluster).head else onSpark(cluster).head
        table.random(mode, faults, count.toInt, random)
      case None =>
        for {
          (mode, faults) <- if (manager == "yarn") onYarn(cluster) else onSpark(cluster)
          if mode.name.contains(options.getOrElse("--mode", ""))
          fault <- faults if fault.name.contains(options.getOrElse("--fault", ""))
          phase <- Phase.of(mode) if phase.name.contains(options.getOrElse("--phase", ""))
        } table.row(mode, fault, phase)
    }
    runs.stop()
    table.allEqual
  }

  private def onSpark(cluster: LocalCluster): Seq[(Mode, Seq[Fault])] = Seq(
    Mode.standalone(cluster) -> Fault.all,
    Mode.standaloneCluster(cluster) -> Seq(Fault.driver)
  )

  private def onYarn(cluster: LocalCluster): Seq[(Mode, Seq[Fault])] = Seq(
    Mode.yarn(cluster) -> Seq(Fault.executor, Fault.driver),
    Mode.yarnCluster(cluster) -> Seq(Fault.executor, Fault.driver)
  )
}
