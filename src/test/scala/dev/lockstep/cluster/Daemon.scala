package dev.lockstep.cluster

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, SECONDS}

import scala.jdk.CollectionConverters._
import scala.util.Try

/** A process that outlives the one that started it: known by a file with its id and start time, so
  * that another process which got the same id later is never taken for it.
  */
final class Daemon(folder: Path, val name: String) {
  val log: Path = folder.resolve("logs").resolve(s"$name.log")
  private val file = folder.resolve("pids").resolve(name)

  def process: Option[ProcessHandle] =
    Try(Files.readString(file).trim.split(" ")).toOption.flatMap { case Array(id, started) =>
      Processes.of(id.toLong).filter(Processes.startOf(_) == started.toLong)
    }

  def isAlive: Boolean = process.isDefined

  /** Starts it unless it lives already. */
  def start(command: Seq[String], environment: Map[String, String]): Unit = synchronized {
    if (!isAlive) launch(command, environment)
  }

  private def launch(command: Seq[String], environment: Map[String, String]): Unit = {
    Files.createDirectories(log.getParent)
    Files.createDirectories(file.getParent)
    val builder = new ProcessBuilder(command.asJava)
      .redirectErrorStream(true)
      .redirectOutput(log.toFile)
      .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
    val variables = builder.environment()
    Daemon.inherited(variables).foreach(variables.remove)
    variables.putAll(environment.asJava)
    val handle = builder.start().toHandle
    Files.writeString(file, s"${handle.pid} ${Processes.startOf(handle)}")
  }

  /** Asks it to end, then makes it; what it started ends with it. */
  def stop(): Unit = {
    process.foreach { handle =>
      val children = handle.descendants.iterator.asScala.toSeq
      handle.destroy()
      Try(handle.onExit.get(10, SECONDS))
      (handle +: children).foreach(Processes.kill)
    }
    Files.deleteIfExists(file)
  }

  /** Waits until it answers; its last words are the failure's text. */
  def await(what: String)(ready: => Boolean): Unit = {
    val limit = System.nanoTime() + SECONDS.toNanos(120)
    while (!ready) {
      if (!isAlive || System.nanoTime() > limit) {
        val words = Files.readString(log).linesIterator.toSeq.takeRight(20).mkString("\n")
        throw new IllegalStateException(s"Failed to start $name: no $what ($log ends so)\n$words")
      }
      MILLISECONDS.sleep(100)
    }
  }
}

object Daemon {

  /** A cluster's processes know nothing of the shell that started them. */
  private def inherited(variables: java.util.Map[String, String]): Seq[String] =
    variables.keySet.asScala.toSeq.filter { key =>
      Seq("SPARK_", "HADOOP_", "YARN_", "HDFS_", "OMP_", "OPENBLAS_", "PYSPARK_")
        .exists(key.startsWith)
    }
}
