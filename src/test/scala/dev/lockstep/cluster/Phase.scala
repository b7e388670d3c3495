package dev.lockstep.cluster

import java.io.FileNotFoundException

import org.apache.hadoop.fs.Path

/** A moment of a training, told by what is on its store and on its driver's page.
  *
  * @param isNow
  *   asked again and again; what it watches for is new since it was made
  */
final case class Phase(name: String, watch: (ClusterRuns, String) => Submission => Boolean) {

  /** Waits for it; fails if the run ends before. */
  def await(runs: ClusterRuns, runId: String, run: Submission): Unit = {
    val isNow = watch(runs, runId)
    run.await(name)(isNow(run))
  }
}

object Phase {
  private val unfinished = "\\.[^.]+\\.[0-9a-f-]{36}"

  val prepare: Phase = Phase(
    "prepare",
    (runs, runId) => _ => names(runs, "prepared").exists(_.startsWith(s".$runId."))
  )
  val firstEpoch: Phase = Phase("first epoch", (_, _) => _.isInRound(1, workers = 2))
  val tableCommit: Phase =
    Phase("during a table commit", appears("warehouse/metrics/iterations/metadata", ".*-m0\\.avro"))
  val betweenCommits: Phase = Phase(
    "between table commit and checkpoint",
    appears("warehouse/metrics/epochs/metadata", "v\\d+\\.metadata\\.json")
  )
  val checkpointWrite: Phase = Phase(
    "during a checkpoint's write",
    (runs, runId) => _ => names(runs, s"checkpoints/$runId").exists(_.matches(unfinished))
  )

  val all: Seq[Phase] = Seq(prepare, firstEpoch, tableCommit, betweenCommits, checkpointWrite)

  /** Those that can be seen: a driver in a container has its page on a port that nobody chose. */
  def of(mode: Mode): Seq[Phase] =
    if (mode.name == "YARN, cluster") all.filterNot(_ == firstEpoch) else all

  /** A file that was not there when the waiting began. */
  private def appears(folder: String, name: String)(
      runs: ClusterRuns,
      runId: String
  ): Submission => Boolean = {
    def found = names(runs, folder).filter(_.matches(name))
    val before = found
    _ => (found -- before).nonEmpty
  }

  private def names(runs: ClusterRuns, folder: String): Set[String] =
    try runs.fileSystem.listStatus(new Path(runs.store, folder)).map(_.getPath.getName).toSet
    catch { case _: FileNotFoundException => Set.empty }
}
