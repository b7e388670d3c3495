package dev.lockstep.cluster

import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}

import org.apache.commons.io.FileUtils

/** Spark standalone: a master and two workers, each a JVM, whose executors are JVMs of their own.
  *
  * @param settings
  *   of the servers and of all who speak with them
  */
final class SparkCluster(
    build: Build,
    folder: Path,
    network: Network,
    coresPerWorker: Int,
    settings: Map[String, String]
) {
  private val home = folder.resolve("spark")
  private val ports = home.resolve("ports")

  val master = new Daemon(folder, "spark-master")
  val workers: Seq[Daemon] = (1 to 2).map(i => new Daemon(folder, s"spark-worker-$i"))
  def daemons: Seq[Daemon] = workers :+ master

  /** `spark://host:port` */
  def url: String = s"spark://${network.host}:${port(0)}"

  /** Where executors of applications run and log: `<application>/<executor>/stderr`. */
  def workFolder(worker: Int): Path = home.resolve(s"work-$worker")

  /** Where they keep rows and fetched jars; Spark leaves there what a killed worker had. */
  private val localFolder = home.resolve("local")

  /** Removes what ended applications have left: a copy of the jar for each executor above all. */
  def tidy(): Unit =
    if (started.isEmpty)
      for {
        folder <- Seq(workFolder(1), workFolder(2), localFolder)
        if Files.isDirectory(folder)
      } FileUtils.cleanDirectory(folder.toFile)

  /** The settings as spark-submit reads them, for nobody else's eyes. */
  def propertiesFile: Path = home.resolve("spark.properties")

  def start(): Unit = {
    if (!master.isAlive) {
      writeSettings()
      Build.link(build.sparkJars, home.resolve("jars"))
      choosePorts()
    }
    val own = Seq("--host", network.host, "--port", port(0), "--webui-port", port(1))
    run(
      master,
      Network.Site(network.host),
      "org.apache.spark.deploy.master.Master",
      own: _*
    )
    master.await("page")(alive.isDefined)
    workers.indices.foreach(startWorker)
    workers.foreach(_.await(s"word from $url")(alive.contains(workers.count(_.isAlive))))
  }

  /** Whether applications can be submitted. */
  def isReady: Boolean = master.isAlive && alive.exists(_ > 0)

  def startWorker(index: Int): Unit = {
    val site = network.workers(index)
    run(
      workers(index),
      site,
      "org.apache.spark.deploy.worker.Worker",
      Seq("--host", site.host, "--cores", coresPerWorker.toString, "--memory", "4g") ++
        Seq("--work-dir", workFolder(index + 1).toString, "--webui-port", "0", url): _*
    )
  }

  /** Executors and drivers that workers started, also where their worker lives no more. */
  def started: Seq[ProcessHandle] =
    Processes.withArgument(s"$home/jars/*").filterNot(daemons.flatMap(_.process).contains)

  def executors: Seq[ProcessHandle] = started.filter { handle =>
    Processes.arguments(handle).contains("org.apache.spark.executor.CoarseGrainedExecutorBackend")
  }

  private def alive: Option[Int] =
    Http.get(s"http://${network.host}:${port(1)}/json/").map { page =>
      "\"state\"\\s*:\\s*\"ALIVE\"".r.findAllIn(page).size
    }

  /** A master that comes back is found where it was. */
  private def choosePorts(): Unit =
    if (!Files.exists(ports) || !Seq(0, 1).map(port(_).toInt).forall(FreePorts.isFree)) {
      Files.writeString(ports, FreePorts.take(2).mkString(" "))
      ()
    }

  private def port(which: Int): String = Files.readString(ports).split(" ")(which)

  private def writeSettings(): Unit = {
    Files.createDirectories(home)
    Files.deleteIfExists(propertiesFile)
    val own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    Files.createFile(propertiesFile, own)
    val lines = settings.map { case (key, value) => s"$key $value\n" }
    Files.writeString(propertiesFile, lines.mkString)
    ()
  }

  private def run(daemon: Daemon, site: Network.Site, main: String, arguments: String*): Unit =
    daemon.start(
      site.prefix ++ build.java(
        192,
        Seq(home.resolve("jars/*")),
        main,
        arguments ++ Seq("--properties-file", propertiesFile.toString): _*
      ),
      Map(
        "SPARK_HOME" -> home.toString,
        "SPARK_SCALA_VERSION" -> "2.12",
        "SPARK_LOCAL_IP" -> site.host,
        "SPARK_LOCAL_DIRS" -> localFolder.toString,
        "SPARK_DAEMON_MEMORY" -> "192m"
      )
    )
}
