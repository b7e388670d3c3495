package dev.lockstep.cluster

import java.nio.file.Path

/** `jobs/cluster`: starts, shows and ends a cluster on this machine. */
object ClusterMain {
  private val usage =
    """Usage: jobs/cluster up [spark|hdfs|yarn]...   default: spark hdfs; prints exports for eval
      |       jobs/cluster status
      |       jobs/cluster down""".stripMargin

  def main(arguments: Array[String]): Unit = {
    val home = Path.of(arguments.head)
    val cluster = new LocalCluster(home, home.resolve("var/cluster"))
    val status = arguments.tail.toSeq match {
      case "up" +: asked if asked.forall(LocalCluster.parts.contains) => up(cluster, asked)
      case Seq("down")                                                => down(cluster)
      case Seq("status")                                              => show(cluster)
      case Seq("--help" | "-h")                                       => println(usage); 0
      case other => say(s"Invalid arguments: ${other.mkString(" ")}\n$usage", 2)
    }
    sys.exit(status)
  }

  private def up(cluster: LocalCluster, asked: Seq[String]): Int = {
    val wanted = if (asked.isEmpty) Seq("spark", "hdfs") else asked
    try {
      cluster.start(wanted)
      cluster.exports.foreach { case (name, value) => println(s"export $name=$value") }
      0
    } catch {
      case failure: IllegalStateException => say(failure.getMessage, 1)
    }
  }

  private def down(cluster: LocalCluster): Int = {
    cluster.stop()
    0
  }

  /** 0 if any process lives, as services' scripts have it; else 3. */
  private def show(cluster: LocalCluster): Int = {
    val lines = cluster.daemons.flatMap(daemon =>
      daemon.process.map(handle => f"${daemon.name}%-22s ${handle.pid}%8d  ${daemon.log}")
    )
    val executors = cluster.spark.started ++ cluster.yarn.containers
    lines.foreach(println)
    executors.foreach(handle => println(f"${"executor or driver"}%-22s ${handle.pid}%8d"))
    if (lines.isEmpty && executors.isEmpty) say("No process of a cluster lives", 3) else 0
  }

  private def say(text: String, status: Int): Int = {
    System.err.println(text)
    status
  }
}
