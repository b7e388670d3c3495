package dev.lockstep.cluster

/** How a job comes to a cluster.
  *
  * @param options
  *   Spark's, behind `--`
  */
final case class Mode(name: String, options: Seq[String], environment: Map[String, String])

object Mode {
  private val executors =
    Seq("--executor-memory", "700m", "--executor-cores", "1") ++
      Seq("--conf", "spark.sql.shuffle.partitions=4")
  private val onCluster = Seq("--deploy-mode", "cluster", "--driver-memory", "1g")

  /** Two executors, one a Spark worker; the driver here. */
  def standalone(cluster: LocalCluster): Mode = Mode(
    "standalone, client",
    Seq("--master", cluster.spark.url, "--total-executor-cores", "2") ++ executors,
    cluster.exports.toMap - "SPARK_HOME"
  )

  /** The same, the driver on a Spark worker. */
  def standaloneCluster(cluster: LocalCluster): Mode = deployed(standalone(cluster))

  /** Two executors in containers, the driver here. */
  def yarn(cluster: LocalCluster): Mode =
    Mode(
      "YARN, client",
      Seq("--master", "yarn", "--num-executors", "2") ++ executors,
      cluster.exports.toMap
    )

  /** The same, the driver in the application master. */
  def yarnCluster(cluster: LocalCluster): Mode = deployed(yarn(cluster))

  private def deployed(mode: Mode): Mode = mode.copy(
    name = mode.name.replace("client", "cluster"),
    options = mode.options ++ onCluster
  )
}
