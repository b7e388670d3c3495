package dev.lockstep.cluster

import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES, NANOSECONDS}

import dev.lockstep.job.Ended

/** One training that a fault meets, started again by its user as often as its driver fails.
  *
  * @param starts
  *   of the driver
  */
final case class FaultTrial(ended: Ended, starts: Int, seconds: Double, trained: Trained)

object FaultTrial {
  private val mostStarts = 5

  /** When the fault strikes; given the run that it strikes. */
  type Moment = Submission => Unit

  def run(runs: ClusterRuns, runId: String, mode: Mode, options: String*)(
      fault: Fault,
      moment: Moment
  ): FaultTrial = {
    val started = System.nanoTime()
    val first = runs.submit(runId, mode, options: _*)
    moment(first)
    fault.happen(runs.cluster, first)
    var starts = 1
    var ended = first.ended()
    while (ended.code != 0 && starts < mostStarts) {
      awaitStore(runs)
      starts += 1
      ended = runs.submit(runId, mode, options: _*).ended()
    }
    val seconds = NANOSECONDS.toMillis(System.nanoTime() - started) / 1000.0
    fault.heal(runs.cluster)
    FaultTrial(ended, starts, seconds, runs.trained(runId))
  }

  /** A user starts again what failed once there is a cluster to start it on. */
  private def awaitStore(runs: ClusterRuns): Unit = {
    val limit = System.nanoTime() + MINUTES.toNanos(2)
    while (!runs.cluster.isReady) {
      if (System.nanoTime() > limit)
        throw new IllegalStateException("Missing: a cluster that works")
      MILLISECONDS.sleep(100)
    }
  }
}
