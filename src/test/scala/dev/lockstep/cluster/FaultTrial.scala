package dev.lockstep.cluster

import java.time.Instant
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES, NANOSECONDS}

import scala.collection.JavaConverters._

import dev.lockstep.job.Ended

/** One training that a fault meets, started again by its user as often as its driver fails.
  *
  * @param struck
  *   the processes that the fault found while the training was not done
  * @param starts
  *   of the driver
  */
final case class FaultTrial(
    ended: Ended,
    struck: Seq[ProcessHandle],
    starts: Int,
    seconds: Double,
    trained: Trained
)

object FaultTrial {
  private val mostStarts = 5

  /** When the fault strikes; given the run that it strikes. */
  type Moment = Submission => Unit

  def run(runs: ClusterRuns, runId: String, mode: Mode)(
      fault: Fault,
      moment: Moment
  ): FaultTrial = {
    awaitIdle(runs.cluster)
    val started = System.nanoTime()
    val options = fault.options
    val first = runs.submit(runId, mode, options: _*)
    moment(first)
    val begun = Instant.now()
    val struck = fault.happen(runs.cluster, first)
    var starts = 1
    var ended = first.ended()
    awaitStore(runs)
    // Standalone's spark-submit ends well also where its driver on the cluster did not.
    while (!runs.isTrained(runId) && starts < mostStarts) {
      starts += 1
      ended = runs.submit(runId, mode, options: _*).ended()
      awaitStore(runs)
    }
    val seconds = NANOSECONDS.toMillis(System.nanoTime() - started) / 1000.0
    fault.heal(runs.cluster)
    val late = runs.tables.runs(runId).asScala.exists { row =>
      row.status == "done" && row.endedAt.isBefore(begun)
    }
    FaultTrial(ended, if (late) Nil else struck, starts, seconds, runs.trained(runId))
  }

  /** The executors that a fault finds are this training's. */
  private def awaitIdle(cluster: LocalCluster): Unit = {
    val limit = System.nanoTime() + MINUTES.toNanos(1)
    while (cluster.executors.nonEmpty && System.nanoTime() < limit) MILLISECONDS.sleep(100)
    cluster.executors.foreach(Processes.kill)
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
