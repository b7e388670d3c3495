package dev.lockstep.cluster

import java.nio.file.Path

/** Real processes of Spark standalone, HDFS and YARN on 127.0.0.1, all below one folder: pid files,
  * settings, logs and data. They live on after the program that started them; [[stop]] ends them
  * from any.
  */
final class LocalCluster(
    home: Path,
    val folder: Path,
    coresPerWorker: Int = 2,
    sparkSettings: Map[String, String] = Map.empty,
    val network: Network = Network.Loopback
) {
  private val build = Build(home.toAbsolutePath)
  private val root = folder.toAbsolutePath

  val spark = new SparkCluster(build, root, network, coresPerWorker, sparkSettings)
  val hdfs = new HdfsCluster(build, root, network.host)
  val yarn = new YarnCluster(build, root)

  /** The last to stop last. */
  def daemons: Seq[Daemon] = spark.daemons ++ yarn.daemons ++ hdfs.daemons

  /** Starts parts, by their names in [[LocalCluster.parts]]; what lives stays. */
  def start(parts: Seq[String]): Unit = {
    if (parts.contains("hdfs")) hdfs.start()
    // Relative paths are HDFS's where there is one, as on any Hadoop cluster.
    val default = if (hdfs.nameNode.isAlive) hdfs.url else "file:///"
    HadoopConf.write(hadoopConf, "core-site.xml", "fs.defaultFS" -> default)
    if (parts.contains("spark")) spark.start()
    if (parts.contains("yarn")) yarn.start()
  }

  /** Whether jobs can be submitted, and write to HDFS. */
  def isReady: Boolean = hdfs.isReady && (spark.isReady || yarn.isReady)

  /** Of applications on Spark standalone and on YARN. */
  def executors: Seq[ProcessHandle] = spark.executors ++ yarn.executors

  /** What `HADOOP_CONF_DIR` is for clients. */
  def hadoopConf: Path = root.resolve("hadoop")

  /** What lives, as variables for a shell. */
  def exports: Seq[(String, String)] = Seq(
    spark.master -> ("LOCKSTEP_SPARK" -> spark.url _),
    hdfs.nameNode -> ("LOCKSTEP_HDFS" -> hdfs.url _),
    yarn.resourceManager -> ("SPARK_HOME" -> build.sparkHome.toString _)
  ).collect { case (daemon, (name, value)) if daemon.isAlive => name -> value() } ++
    Seq("HADOOP_CONF_DIR" -> hadoopConf.toString)
      .filter(_ => hdfs.nameNode.isAlive || yarn.resourceManager.isAlive)

  def stop(): Unit = {
    daemons.foreach(_.stop())
    (spark.started ++ yarn.containers).foreach(Processes.kill)
  }
}

object LocalCluster {
  val parts: Seq[String] = Seq("spark", "hdfs", "yarn")
}
