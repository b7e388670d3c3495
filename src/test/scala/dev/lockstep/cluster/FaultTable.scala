package dev.lockstep.cluster

import java.util.concurrent.TimeUnit.MILLISECONDS

import scala.util.Random

/** Its rows go to stdout as they come, for each mode a training that nothing disturbed first.
  *
  * @param parts
  *   of the cluster
  */
final class FaultTable(runs: ClusterRuns, parts: Seq[String]) {
  private var trials = 0
  private var equal = 0
  private var undisturbedSeconds = Map.empty[Mode, Double]

  println("| submitted | fault | phase | starts | seconds | lost | bits equal | rows equal |")
  println("| --- | --- | --- | --- | --- | --- | --- | --- |")

  private val reference = runs.undisturbed

  def allEqual: Boolean = trials > 0 && equal == trials

  def row(mode: Mode, fault: Fault, phase: Phase): Unit = {
    secondsUndisturbed(mode)
    trial(mode, fault, phase.name)((runId, run) => phase.await(runs, runId, run))
    ()
  }

  /** One of the faults at any moment of a run, again and again. */
  def random(mode: Mode, faults: Seq[Fault], count: Int, random: Random): Unit =
    for (_ <- 1 to count) {
      val fault = faults(random.nextInt(faults.size))
      val moment = random.nextDouble() * secondsUndisturbed(mode)
      trial(mode, fault, f"after $moment%.1f s") { (_, run) =>
        val due = System.nanoTime() + (moment * 1e9).toLong
        while (run.isAlive && System.nanoTime() < due) MILLISECONDS.sleep(10)
      }
      System.err.println(s"$equal of $trials equal")
    }

  /** What the others lose time against: the second training, as the first one finds servers cold. */
  private def secondsUndisturbed(mode: Mode): Double =
    undisturbedSeconds.getOrElse(
      mode, {
        val none = Fault("none", (_, _) => (), _ => (), None)
        if (trials == 0) trial(mode, none, "-")((_, _) => ())
        val seconds = trial(mode, none, "-")((_, _) => ())
        undisturbedSeconds += mode -> seconds
        seconds
      }
    )

  /** Seconds that the whole took. */
  private def trial(mode: Mode, fault: Fault, phase: String)(
      moment: (String, Submission) => Unit
  ): Double = {
    trials += 1
    val runId = s"trial-$trials"
    val found = FaultTrial.run(runs, runId, mode)(fault, moment(runId, _))
    runs.cluster.start(parts)
    val (bits, rows) = (found.trained.sameBits(reference), found.trained.sameRows(reference))
    val lost = undisturbedSeconds.get(mode).map(usual => f"${found.seconds - usual}%.1f")
    if (bits && rows) equal += 1 else System.err.println(found.ended.err)
    println(
      s"| ${mode.name} | ${fault.name} | $phase | ${found.starts} | ${f"${found.seconds}%.1f"} " +
        s"| ${lost.getOrElse("-")} | ${word(bits)} | ${word(rows)} |"
    )
    found.seconds
  }

  private def word(yes: Boolean): String = if (yes) "yes" else "NO"
}
