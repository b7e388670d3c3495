package dev.lockstep.cluster

import java.nio.file.Path
import java.util.concurrent.TimeUnit.MILLISECONDS

import scala.util.Random

import dev.lockstep.SharedSpark
import dev.lockstep.job.Workplace
import org.apache.commons.io.FileUtils

/** `jobs/faults`: a table of what happens to a training when processes are killed. */
object FaultsMain {
  private val usage =
    """Usage: jobs/faults [--fault TEXT] [--phase TEXT] [--deploy-mode client|cluster]
      |       jobs/faults --random N [--seed S] [--deploy-mode client|cluster]
      |TEXT: a part of the names of the faults or phases that are wanted""".stripMargin

  def main(arguments: Array[String]): Unit = {
    val home = Path.of(arguments.head)
    val options = arguments.tail.toSeq.grouped(2).collect { case Seq(k, v) => k -> v }.toMap
    val known = Set("--fault", "--phase", "--random", "--seed", "--deploy-mode")
    val usable = arguments.length % 2 == 1 && options.keySet.subsetOf(known)
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
    cluster.start(Seq("hdfs", "spark"))
    val runs = new ClusterRuns(home, place, cluster)
    val mode = options.getOrElse("--deploy-mode", "client") match {
      case "cluster" => Mode.standaloneCluster(cluster)
      case _         => Mode.standalone(cluster)
    }
    val table = new FaultTable(runs, mode)
    options.get("--random") match {
      case Some(count) =>
        val random = new Random(options.getOrElse("--seed", "1").toLong)
        table.random(count.toInt, random)
      case None =>
        for {
          fault <- Fault.all if fault.name.contains(options.getOrElse("--fault", ""))
          phase <- Phase.all if phase.name.contains(options.getOrElse("--phase", ""))
        } yield table.row(fault, phase)
    }
    runs.stop()
    table.allEqual
  }
}

/** Its rows go to stdout as they come, a training undisturbed on the same cluster first. */
private final class FaultTable(runs: ClusterRuns, mode: Mode) {
  private var trials = 0
  private var equal = 0

  println(s"| fault (${mode.name}) | phase | starts | seconds | lost | bits equal | rows equal |")
  println("| --- | --- | --- | --- | --- | --- | --- |")

  private val reference = runs.undisturbed
  private val undisturbedSeconds = trial(Fault("none", (_, _) => (), _ => (), None), "-")(_ => ())

  def allEqual: Boolean = trials > 0 && equal == trials

  def row(fault: Fault, phase: Phase): Unit = {
    val runId = nextId
    trial(fault, phase.name)(phase.await(runs, runId, _))
  }

  /** Faults at any moment of a run. */
  def random(count: Int, random: Random): Unit =
    for (_ <- 1 to count) {
      val fault = Fault.all(random.nextInt(Fault.all.size))
      val moment = random.nextDouble() * undisturbedSeconds
      trial(fault, f"after $moment%.1f s") { run =>
        val due = System.nanoTime() + (moment * 1e9).toLong
        while (run.isAlive && System.nanoTime() < due) MILLISECONDS.sleep(10)
      }
      System.err.println(s"$equal of $trials equal")
    }

  private def nextId: String = s"trial-${trials + 1}"

  /** Seconds that the whole took; the first is what the others lose time against. */
  private def trial(fault: Fault, phase: String)(moment: FaultTrial.Moment): Double = {
    val found = FaultTrial.run(runs, nextId, mode)(fault, moment)
    runs.cluster.start(Seq("hdfs", "spark"))
    val (bits, rows) = (found.trained.sameBits(reference), found.trained.sameRows(reference))
    val lost = if (trials == 0) 0 else found.seconds - undisturbedSeconds
    trials += 1
    if (bits && rows) equal += 1 else System.err.println(found.ended.err)
    println(
      f"| ${fault.name} | $phase | ${found.starts} | ${found.seconds}%.1f | $lost%.1f " +
        s"| ${word(bits)} | ${word(rows)} |"
    )
    found.seconds
  }

  private def word(yes: Boolean): String = if (yes) "yes" else "NO"
}
