package dev.lockstep.cluster

import java.util.concurrent.TimeUnit.MILLISECONDS

import scala.util.Random

/** Its rows go to stdout as they come, after trainings that nothing disturbed. A run whose fault
  * comes after its preparation finds its data prepared.
  *
  * @param parts
  *   of the cluster
  */
final class FaultTable(runs: ClusterRuns, parts: Seq[String]) {
  import FaultTable._

  private var submitted = 0
  private var struckNothing = 0
  private var counted = 0
  private var equal = 0
  private var undisturbedSeconds = Map.empty[(Mode, Start), Double]

  private val reference = runs.undisturbed

  /** Whether each fault struck something, which changed nothing. */
  def allEqual: Boolean = counted > 0 && equal == counted && struckNothing == 0

  def row(mode: Mode, fault: Fault, phase: Phase): Unit = {
    val start = if (phase == Phase.prepare) FromSource else FromPrepared
    measure(mode, start)
    val found =
      trial(mode, start, fault, phase.name)((runId, run) => phase.await(runs, runId, run))
    if (found.struck.isEmpty) struckNothing += 1
  }

  /** One of the faults at any moment of a run, until that many have struck something; each fourth
    * run prepares as well.
    */
  def random(mode: Mode, faults: Seq[Fault], count: Int, random: Random): Unit = {
    var struck = 0
    while (struck < count) {
      val fault = faults(random.nextInt(faults.size))
      val start = if (random.nextInt(4) == 0) FromSource else FromPrepared
      val moment = random.nextDouble() * measure(mode, start)
      val found = trial(mode, start, fault, f"after $moment%.1f s") { (_, run) =>
        val due = System.nanoTime() + (moment * 1e9).toLong
        while (run.isAlive && System.nanoTime() < due) MILLISECONDS.sleep(10)
      }
      if (found.struck.nonEmpty) struck += 1
      System.err.println(
        s"$struck of $count faults have struck; $equal of $counted trainings equal"
      )
    }
  }

  /** What disturbed trainings lose time against; the very first one finds cold servers. */
  private def measure(mode: Mode, start: Start): Double = {
    def undisturbed(start: Start) = {
      val phase = if (start == FromSource) "-" else "- (prepared)"
      trial(mode, start, none, phase)((_, _) => ()).seconds
    }
    if (submitted == 0) undisturbed(FromSource)
    undisturbedSeconds.getOrElse(
      (mode, start), {
        val seconds = undisturbed(start)
        undisturbedSeconds += (mode, start) -> seconds
        seconds
      }
    )
  }

  /** A fault that struck nothing says nothing: it is shown, and not counted. */
  private def trial(mode: Mode, start: Start, fault: Fault, phase: String)(
      moment: (String, Submission) => Unit
  ): FaultTrial = {
    submitted += 1
    val runId = s"trial-$submitted"
    if (start == FromPrepared) runs.givePrepared("trial-1", runId)
    val found = FaultTrial.run(runs, runId, mode)(fault, moment(runId, _))
    runs.cluster.start(parts)
    runs.cluster.spark.tidy() // a hundred trainings' would fill a disk
    val (bits, rows) = (found.trained.sameBits(reference), found.trained.sameRows(reference))
    if (!bits || !rows) System.err.println(found.ended.err)
    if (found.struck.nonEmpty || fault == none) {
      counted += 1
      if (bits && rows) equal += 1
    }
    val lost = undisturbedSeconds.get((mode, start)).map(usual => f"${found.seconds - usual}%.1f")
    println(
      s"| ${mode.name} | ${fault.name} | $phase | ${pids(found)} | ${found.starts} " +
        s"| ${f"${found.seconds}%.1f"} | ${lost.getOrElse("-")} | ${word(bits)} | ${word(rows)} |"
    )
    found
  }

  private def pids(found: FaultTrial): String =
    if (found.struck.isEmpty) "-" else found.struck.map(_.pid).mkString(" ")

  private def word(yes: Boolean): String = if (yes) "yes" else "NO"
}

object FaultTable {
  val head: String =
    """|| submitted | fault | phase | struck | starts | seconds | lost | bits equal | rows equal |
      || --- | --- | --- | --- | --- | --- | --- | --- | --- |""".stripMargin

  private val none = Fault("none", (_, _) => Nil, _ => (), None)

  /** Where a run begins. */
  private sealed trait Start
  private case object FromSource extends Start
  private case object FromPrepared extends Start
}
