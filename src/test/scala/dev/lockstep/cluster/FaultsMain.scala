package dev.lockstep.cluster

import java.nio.file.Path

import scala.util.Random

import dev.lockstep.SharedSpark
import dev.lockstep.job.Workplace
import org.apache.commons.io.FileUtils

/** `jobs/faults`: a table of what happens to a training when processes are killed, links cut. */
object FaultsMain {
  private val usage =
    """Usage: jobs/faults [--on spark|yarn] [--mode TEXT] [--fault TEXT] [--phase TEXT]
      |       jobs/faults --random N [--seed S] [--on spark|yarn]
      |TEXT: a part of the name of what is wanted: client or cluster; a fault; a phase""".stripMargin
  private val known = Set("--on", "--mode", "--fault", "--phase", "--random", "--seed")

  def main(arguments: Array[String]): Unit = {
    if (arguments.tail.exists(Set("--help", "-h"))) {
      println(usage)
      sys.exit(0)
    }
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

  /** How trainings are submitted, and the faults that they meet. */
  private type Way = (LocalCluster => Mode, Seq[Fault])

  private def run(home: Path, options: Map[String, String]): Boolean = {
    val manager = options.getOrElse("--on", "spark")
    val ways = if (manager == "yarn") onYarn else onSpark
    println(FaultTable.head)
    options.get("--random") match {
      case Some(count) =>
        val random = new Random(options.getOrElse("--seed", "1").toLong)
        val (mode, faults) = ways.head
        onCluster(home, Network.Loopback, manager) { (table, cluster) =>
          table.random(mode(cluster), faults, count.toInt, random)
        }
      case None =>
        val usual = rows(home, Network.Loopback, manager, ways, options)
        val outcomes = usual ++ (if (manager == "spark") parted(home, options) else None)
        if (outcomes.isEmpty) System.err.println(s"Missing: such a fault\n$usage")
        outcomes.nonEmpty && outcomes.forall(identity)
    }
  }

  /** The rows that are asked for, and whether all are equal; none: nothing was asked. */
  private def rows(
      home: Path,
      network: Network,
      manager: String,
      ways: Seq[Way],
      options: Map[String, String]
  ): Option[Boolean] = {
    def asked(option: String)(name: String) = name.contains(options.getOrElse(option, ""))
    val wanted = ways.map { case (mode, faults) =>
      mode -> faults.filter { fault =>
        asked("--fault")(fault.name) && fault.phases.map(_.name).exists(asked("--phase"))
      }
    }
    if (wanted.forall(_._2.isEmpty)) None
    else
      Some(onCluster(home, network, manager) { (table, cluster) =>
        for {
          (submit, faults) <- wanted
          mode = submit(cluster)
          if asked("--mode")(mode.name)
          fault <- faults
          phase <- Phase.of(mode)
          if fault.phases.contains(phase) && asked("--phase")(phase.name)
        } table.row(mode, fault, phase)
      })
  }

  /** On a cluster of its own, whose workers can be parted. */
  private def parted(home: Path, options: Map[String, String]): Option[Boolean] =
    Namespaces.open() match {
      case Left(reason) =>
        System.err.println(s"Left out: workers that are parted ($reason)")
        None
      case Right(network) =>
        sys.addShutdownHook(network.close())
        val ways = Seq[Way]((Mode.standalone _, Seq(Fault.partition(network, seconds = 8))))
        rows(home, network, "spark", ways, options)
    }

  private def onCluster(home: Path, network: Network, manager: String)(
      fill: (FaultTable, LocalCluster) => Unit
  ): Boolean = {
    val place = new Workplace(SharedSpark.session)
    val cluster = new LocalCluster(home, place.folder.resolve("cluster"), network = network)
    sys.addShutdownHook {
      cluster.stop()
      FileUtils.deleteQuietly(place.folder.toFile)
    }
    val parts = Seq("hdfs", manager)
    cluster.start(parts)
    val runs = new ClusterRuns(home, place, cluster)
    val table = new FaultTable(runs, parts)
    fill(table, cluster)
    runs.stop()
    cluster.stop() // the next one has the machine for itself
    table.allEqual
  }

  private def onSpark: Seq[Way] = Seq(
    (Mode.standalone _, Fault.all),
    (Mode.standaloneCluster _, Seq(Fault.driver))
  )

  private def onYarn: Seq[Way] = {
    val faults = Seq(Fault.executor, Fault.driver)
    Seq((Mode.yarn _, faults), (Mode.yarnCluster _, faults))
  }
}
