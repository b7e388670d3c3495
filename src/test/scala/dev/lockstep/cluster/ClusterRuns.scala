package dev.lockstep.cluster

import java.nio.file.Path

import scala.collection.JavaConverters._

import dev.lockstep.job.Workplace
import dev.lockstep.metrics.{MetricsTables, WarehouseTables}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileSystem, FileUtil, Path => HadoopPath}

/** Trainings of the same network on the same rows: source and store on HDFS, executors on a
  * cluster. One on this machine alone, with a local store, says how they must end.
  */
final class ClusterRuns(home: Path, val place: Workplace, val cluster: LocalCluster) {
  private val root = s"${cluster.hdfs.url}/${place.folder.getFileName}"
  val hadoop: Configuration = {
    val hadoop = cluster.hdfs.configuration
    // A NameNode that is killed is away for whoever watches, too.
    hadoop.setBoolean("dfs.client.retry.policy.enabled", true)
    hadoop.set("dfs.client.retry.policy.spec", "1000,60")
    hadoop
  }
  lazy val fileSystem: FileSystem = FileSystem.newInstance(new HadoopPath(root).toUri, hadoop)
  val store: HadoopPath = new HadoopPath(root, "store")

  private var submissions = Seq.empty[Submission]

  // Small updates of a wide network: a round, and the writing of a checkpoint, are met in their middle.
  lazy val settings: String = place.settings(
    s"""network.layers = [
       |  { type = dense, units = 1024 }, { type = dropout, rate = 0.2 }, { type = dense, units = 1024 }
       |]
       |train { epochs = 4, batch-size = 24, shards = 4, workers = auto }
       |lease { timeout = 30 seconds }
       |""".stripMargin
  )

  lazy val source: String = {
    place.write("orders", place.orders(3000))
    val target = new HadoopPath(root, "orders")
    fileSystem.copyFromLocalFile(new HadoopPath(place.source("orders").toUri), target)
    target.toString
  }

  /** On this machine alone, by nobody disturbed. */
  lazy val undisturbed: Trained = {
    source
    val run = remember(
      new Submission(
        home,
        place.folder,
        "train",
        Seq("--conf", settings, "--run-id", "undisturbed")
      )(
        "--master",
        "local[1]"
      )
    )
    val ended = run.ended()
    require(ended.code == 0, ended.err)
    Trained.of(place.tables, "undisturbed")
  }

  def submit(runId: String, mode: Mode, more: String*): Submission = {
    val arguments = Seq("--conf", settings, "--run-id", runId, "--store", store.toString) ++
      Seq("--set", s"data.source=$source") ++ more
    remember(
      new Submission(home, place.folder, "train", arguments, mode.environment)(mode.options: _*)
    )
  }

  /** The upkeep of the runs' store, on this machine. */
  def maintain(more: String*): Submission = remember(
    new Submission(
      home,
      place.folder,
      "maintain",
      Seq("--conf", settings, "--store", store.toString) ++ more,
      Mode.environment(cluster)
    )("--master", "local[1]")
  )

  /** Gives a run what another one has prepared, so that it begins with training. */
  def givePrepared(from: String, to: String): Unit = {
    val prepared = new HadoopPath(store, "prepared")
    FileUtil.copy(
      fileSystem,
      new HadoopPath(prepared, from),
      fileSystem,
      new HadoopPath(prepared, to),
      false,
      hadoop
    )
    ()
  }

  def tables: MetricsTables =
    WarehouseTables.open(new HadoopPath(store, "warehouse").toString, hadoop)

  def isTrained(runId: String): Boolean =
    tables.runs(runId).asScala.exists(_.status == "done")

  def trained(runId: String): Trained = Trained.of(tables, runId)

  /** Ends what still runs. */
  def stop(): Unit = submissions.foreach(_.stop())

  private def remember(run: Submission): Submission = synchronized {
    submissions :+= run
    run
  }
}
