package dev.lockstep.cluster

import java.io.File
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

/** What the build left for a cluster: Spark's jars, the JVM's options and Hadoop's servers. */
final case class Build(home: Path) {
  private val target = home.resolve("target")

  lazy val sparkJars: Seq[Path] =
    Files
      .readString(target.resolve("spark.classpath"))
      .trim
      .split(File.pathSeparator)
      .toSeq
      .map(Path.of(_))

  def hadoopJars: Seq[Path] = {
    val jars = Option(target.resolve("cluster").toFile.listFiles).toSeq.flatten
    require(jars.nonEmpty, s"Missing Hadoop's servers: $target/cluster (jobs/cluster fetches them)")
    jars.map(_.toPath).filter(_.toString.endsWith(".jar")).sorted
  }

  /** A whole Spark, with its client for YARN. */
  def sparkHome: Path = target.resolve("spark-home")

  /** A small JVM: what a server of one user's cluster needs. */
  def java(
      heapMegabytes: Int,
      classPath: Seq[Path],
      main: String,
      arguments: String*
  ): Seq[String] =
    Seq(Path.of(sys.props("java.home"), "bin", "java").toString) ++
      Seq(s"@$target/spark.options", s"-Xmx${heapMegabytes}m", "-XX:+UseSerialGC") ++
      Seq("-XX:TieredStopAtLevel=1", "-cp", classPath.mkString(File.pathSeparator), main) ++
      arguments
}

object Build {

  /** A folder of links: what `SPARK_HOME/jars` is in a Spark that was unpacked. */
  def link(jars: Seq[Path], folder: Path): Unit = {
    Files.createDirectories(folder)
    Files.list(folder).iterator.asScala.foreach(Files.delete)
    jars.foreach(jar => Files.createSymbolicLink(folder.resolve(jar.getFileName), jar))
  }
}
