package dev.lockstep.cluster

import java.nio.file.Path

/** Real processes of Spark standalone, HDFS and YARN on 127.0.0.1, all below one folder: pid files,
  * settings, logs and data. They live on after the program that started them; [[stop]] ends them
  * from any.
  */
final class LocalCluster(home: Path, val folder: Path, coresPerWorker: Int = 2) {
  private val build = Build(home.toAbsolutePath)
  private val root = folder.toAbsolutePath

  val spark = new SparkCluster(build, root, coresPerWorker)
  val hdfs = new HdfsCluster(build, root)
  val yarn = new YarnCluster(build, root)

  /** The last to stop last. */
  def daemons: Seq[Daemon] = spark.daemons ++ yarn.daemons ++ hdfs.daemons

  /** What lives, as variables for a shell. */
  def exports: Seq[(String, String)] = Seq(
    spark.master -> ("LOCKSTEP_SPARK" -> spark.url _),
    hdfs.nameNode -> ("LOCKSTEP_HDFS" -> hdfs.url _),
    yarn.resourceManager -> ("HADOOP_CONF_DIR" -> yarn.confFolder.toString _),
    yarn.resourceManager -> ("SPARK_HOME" -> build.sparkHome.toString _)
  ).collect { case (daemon, (name, value)) if daemon.isAlive => name -> value() }

  def stop(): Unit = {
    daemons.foreach(_.stop())
    (spark.started ++ yarn.containers).foreach(Processes.kill)
  }
}
