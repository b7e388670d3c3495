package dev.lockstep.cluster

import java.nio.file.{Files, Path}

import org.apache.hadoop.conf.Configuration

/** HDFS: a NameNode and two DataNodes, each a JVM. */
final class HdfsCluster(build: Build, folder: Path, host: String) {
  private val server = "org.apache.hadoop.hdfs.server"
  private val conf = folder.resolve("hadoop")
  private val data = folder.resolve("hdfs")

  val nameNode = new Daemon(folder, "hdfs-namenode")
  val dataNodes: Seq[Daemon] = (1 to 2).map(i => new Daemon(folder, s"hdfs-datanode-$i"))
  def daemons: Seq[Daemon] = dataNodes :+ nameNode

  /** `hdfs://host:port` */
  def url: String = s"hdfs://${setting("dfs.namenode.rpc-address")}"

  /** How clients reach it. */
  def configuration: Configuration = {
    val hadoop = new Configuration()
    hadoop.addResource(new org.apache.hadoop.fs.Path(conf.resolve("hdfs-site.xml").toUri))
    hadoop.set("fs.defaultFS", url)
    hadoop
  }

  /** Starts what does not live; ready when data can be written to both DataNodes. */
  def start(): Unit = {
    if (!Files.exists(data.resolve("name/current/VERSION"))) format()
    startNameNode()
    dataNodes.indices.foreach(startDataNode)
    nameNode.await("two DataNodes")(isReady && state.exists(_.contains("\"NumLiveDataNodes\" : 2")))
  }

  /** Whether files can be written. */
  def isReady: Boolean = nameNode.isAlive && state.exists { page =>
    page.contains("\"FSState\" : \"Operational\"") && !page.contains("\"NumLiveDataNodes\" : 0")
  }

  def startNameNode(): Unit = nameNode.start(command(s"$server.namenode.NameNode"), Map.empty)

  def startDataNode(index: Int): Unit = {
    val own = Seq(
      s"-Ddfs.datanode.data.dir=${data.resolve(s"data-${index + 1}").toUri}",
      s"-Ddfs.datanode.address=$host:0",
      s"-Ddfs.datanode.ipc.address=$host:0",
      s"-Ddfs.datanode.http.address=$host:0"
    )
    dataNodes(index).start(command(s"$server.datanode.DataNode", own: _*), Map.empty)
  }

  private def format(): Unit = {
    val Seq(rpc, http) = FreePorts.take(2)
    HadoopConf.write(
      conf,
      "hdfs-site.xml",
      "dfs.namenode.rpc-address" -> s"$host:$rpc",
      "dfs.namenode.http-address" -> s"$host:$http",
      "dfs.namenode.name.dir" -> data.resolve("name").toUri,
      "dfs.namenode.datanode.registration.ip-hostname-check" -> false,
      "dfs.namenode.safemode.min.datanodes" -> 1,
      "dfs.namenode.safemode.extension" -> 0,
      "dfs.replication" -> 2,
      "dfs.namenode.fs-limits.min-block-size" -> 4096
    )
    Files.createDirectories(data)
    val log = data.resolve("format.log").toFile
    val status = new ProcessBuilder(
      command(s"$server.namenode.NameNode", "-format", "-nonInteractive", "-force"): _*
    ).redirectErrorStream(true).redirectOutput(log).start().waitFor()
    require(status == 0, s"Failed to format HDFS: $log says why")
  }

  private def state: Option[String] = Http.get(
    s"http://${setting("dfs.namenode.http-address")}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState"
  )

  private def setting(name: String): String = HadoopConf.read(conf, "hdfs-site.xml", name)

  private def command(main: String, arguments: String*): Seq[String] =
    build.java(192, conf +: (build.hadoopJars ++ build.sparkJars), main, arguments: _*)
}
