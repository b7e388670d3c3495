package dev.lockstep.cluster

import java.nio.file.Path

/** YARN: a ResourceManager and one NodeManager, each a JVM; containers are JVMs of their own. */
final class YarnCluster(build: Build, folder: Path) {
  private val server = "org.apache.hadoop.yarn.server"
  private val conf = folder.resolve("hadoop")
  private val data = folder.resolve("yarn")

  val resourceManager = new Daemon(folder, "yarn-resourcemanager")
  val nodeManager = new Daemon(folder, "yarn-nodemanager")
  def daemons: Seq[Daemon] = Seq(nodeManager, resourceManager)

  def start(): Unit = {
    if (!resourceManager.isAlive) configure()
    resourceManager.start(command(s"$server.resourcemanager.ResourceManager"), Map.empty)
    nodeManager.start(command(s"$server.nodemanager.NodeManager"), Map.empty)
    resourceManager.await("NodeManager")(isReady)
  }

  /** Whether applications can be submitted. */
  def isReady: Boolean = resourceManager.isAlive &&
    Http.get(s"$page/ws/v1/cluster/metrics").exists(_.contains("\"activeNodes\":1"))

  /** Application masters and executors. */
  def containers: Seq[ProcessHandle] = Processes.withArgument(data.resolve("local").toString)

  def executors: Seq[ProcessHandle] = containers.filter { handle =>
    Processes
      .arguments(handle)
      .contains("org.apache.spark.executor.YarnCoarseGrainedExecutorBackend")
  }

  private def page: String =
    "http://" + HadoopConf.read(conf, "yarn-site.xml", "yarn.resourcemanager.webapp.address")

  private def configure(): Unit = {
    val addresses = Seq("", ".scheduler", ".resource-tracker", ".admin", ".webapp")
      .zip(FreePorts.take(5))
      .map { case (part, port) => s"yarn.resourcemanager$part.address" -> s"127.0.0.1:$port" }
    val nodes = Seq("", ".localizer", ".webapp")
      .map(part => s"yarn.nodemanager$part.address" -> "127.0.0.1:0")
    val settings = Seq(
      "yarn.resourcemanager.hostname" -> "127.0.0.1",
      "yarn.nodemanager.hostname" -> "127.0.0.1",
      "yarn.nodemanager.local-dirs" -> data.resolve("local"),
      "yarn.nodemanager.log-dirs" -> data.resolve("logs"),
      "yarn.nodemanager.delete.debug-delay-sec" -> 86400,
      "yarn.nodemanager.resource.cpu-vcores" -> 8,
      "yarn.nodemanager.resource.memory-mb" -> 8192,
      "yarn.nodemanager.vmem-check-enabled" -> false,
      "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage" -> 100,
      "yarn.scheduler.minimum-allocation-mb" -> 256,
      "yarn.scheduler.capacity.maximum-am-resource-percent" -> "1.0",
      "yarn.scheduler.capacity.root.queues" -> "default",
      "yarn.scheduler.capacity.root.default.capacity" -> 100
    )
    HadoopConf.write(conf, "yarn-site.xml", addresses ++ nodes ++ settings: _*)
  }

  private def command(main: String): Seq[String] =
    build.java(256, conf +: (build.hadoopJars ++ build.sparkJars), main)
}
