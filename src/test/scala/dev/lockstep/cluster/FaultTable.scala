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

  private var trials = 0
  private var equal = 0
  private var undisturbedSeconds = Map.empty[(Mode, Start), Double]

  println("| submitted | fault | phase | starts | seconds | lost | bits equal | rows equal |")
  println("| --- | --- | --- | --- | --- | --- | --- | --- |")

  private val reference = runs.undisturbed

  def allEqual: Boolean = trials > 0 && equal == trials

  def row(mode: Mode, fault: Fault, phase: Phase): Unit = {
    val start = if (phase == Phase.prepare) FromSource else FromPrepared
    measure(mode, start)
    trial(mode, start, fault, phase.name)((runId, run) => phase.await(runs, runId, run))
    ()
  }

  /** One of the faults at any moment of a run, again and again; each fourth run prepares as well.
    */
  def random(mode: Mode, faults: Seq[Fault], count: Int, random: Random): Unit =
    for (_ <- 1 to count) {
      val fault = faults(random.nextInt(faults.size))
      val start = if (random.nextInt(4) == 0) FromSource else FromPrepared
      val moment = random.nextDouble() * measure(mode, start)
      trial(mode, start, fault, f"after $moment%.1f s") { (_, run) =>
        val due = System.nanoTime() + (moment * 1e9).toLong
        while (run.isAlive && System.nanoTime() < due) MILLISECONDS.sleep(10)
      }
      System.err.println(s"$equal of $trials equal")
    }

  /** What disturbed trainings lose time against; the very first one finds cold servers. */
  private def measure(mode: Mode, start: Start): Double = {
    def undisturbed(start: Start) = {
      val none = Fault("none", (_, _) => (), _ => (), None)
      val phase = if (start == FromSource) "-" else "- (prepared)"
      trial(mode, start, none, phase)((_, _) => ())
    }
    if (trials == 0) undisturbed(FromSource)
    undisturbedSeconds.getOrElse(
      (mode, start), {
        val seconds = undisturbed(start)
        undisturbedSeconds += (mode, start) -> seconds
        seconds
      }
    )
  }

  /** Seconds that the whole took. */
  private def trial(mode: Mode, start: Start, fault: Fault, phase: String)(
      moment: (String, Submission) => Unit
  ): Double = {
    trials += 1
    val runId = s"trial-$trials"
    if (start == FromPrepared) runs.givePrepared("trial-1", runId)
    val found = FaultTrial.run(runs, runId, mode)(fault, moment(runId, _))
    runs.cluster.start(parts)
    val (bits, rows) = (found.trained.sameBits(reference), found.trained.sameRows(reference))
    val lost = undisturbedSeconds.get((mode, start)).map(usual => f"${found.seconds - usual}%.1f")
    if (bits && rows) equal += 1 else System.err.println(found.ended.err)
    println(
      s"| ${mode.name} | ${fault.name} | $phase | ${found.starts} | ${f"${found.seconds}%.1f"} " +
        s"| ${lost.getOrElse("-")} | ${word(bits)} | ${word(rows)} |"
    )
    found.seconds
  }

  private def word(yes: Boolean): String = if (yes) "yes" else "NO"
}

private object FaultTable {

  /** Where a run begins. */
  sealed trait Start
  case object FromSource extends Start
  case object FromPrepared extends Start
}
