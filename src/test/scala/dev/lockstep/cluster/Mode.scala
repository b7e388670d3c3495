package dev.lockstep.cluster

/** How a job comes to a cluster.
  *
  * @param options
  *   Spark's, behind `--`
  */
final case class Mode(name: String, options: Seq[String], environment: Map[String, String])

object Mode {

  /** JVMs of seconds spend most of them on compiling. */
  private val shortLived = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
  private val executors =
    Seq("--executor-memory", "700m", "--executor-cores", "1") ++
      Seq("--conf", "spark.sql.shuffle.partitions=4") ++
      Seq("--conf", s"spark.executor.extraJavaOptions=$shortLived")
  private val onCluster =
    Seq("--deploy-mode", "cluster", "--driver-memory", "1g") ++
      Seq("--conf", s"spark.driver.extraJavaOptions=$shortLived")

  /** Two executors, one a Spark worker; the driver here. */
  def standalone(cluster: LocalCluster): Mode = Mode(
    "standalone, client",
    Seq("--master", cluster.spark.url, "--total-executor-cores", "2") ++ executors ++
      Seq("--conf", s"spark.driver.host=${cluster.network.host}"),
    environment(cluster)
  )

  /** The same, the driver on a Spark worker. */
  def standaloneCluster(cluster: LocalCluster): Mode = deployed(standalone(cluster))

  /** Two executors in containers, the driver here. */
  def yarn(cluster: LocalCluster): Mode =
    Mode(
      "YARN, client",
      Seq("--master", "yarn", "--num-executors", "2") ++ executors,
      environment(cluster) ++ cluster.exports
    )

  /** The same, the driver in the application master. */
  def yarnCluster(cluster: LocalCluster): Mode = deployed(yarn(cluster))

  /** Of a client; without a Spark of its own. */
  def environment(cluster: LocalCluster): Map[String, String] =
    cluster.exports.toMap - "SPARK_HOME" + ("SPARK_SUBMIT_OPTS" -> shortLived)

  private def deployed(mode: Mode): Mode = mode.copy(
    name = mode.name.replace("client", "cluster"),
    options = mode.options ++ onCluster
  )
}
