package dev.lockstep.cluster

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.SECONDS

import scala.jdk.CollectionConverters._
import scala.util.Try

/** The machine's processes, as Linux shows them. */
object Processes {
  def of(id: Long): Option[ProcessHandle] = option(ProcessHandle.of(id)).filter(isRunning)

  /** Milliseconds; 0 where the system does not say. */
  def startOf(handle: ProcessHandle): Long =
    option(handle.info.startInstant).map(_.toEpochMilli).getOrElse(0L)

  /** SIGKILL, and the wait for its effect. */
  def kill(handle: ProcessHandle): Unit = {
    handle.destroyForcibly()
    Try(handle.onExit.get(10, SECONDS))
  }

  /** Sends a signal by its name. */
  def signal(handle: ProcessHandle, name: String): Unit = {
    new ProcessBuilder("kill", s"-$name", handle.pid.toString).start().waitFor()
    ()
  }

  /** Whether a signal has stopped it. */
  def isStopped(handle: ProcessHandle): Boolean =
    Try(Files.readString(Path.of("/proc", handle.pid.toString, "status"))).toOption
      .exists(_.linesIterator.exists(_.matches("State:\\s+T .*")))

  def all: Seq[ProcessHandle] = ProcessHandle.allProcesses.iterator.asScala.filter(isRunning).toSeq

  /** Processes one of whose arguments has the text. */
  def withArgument(text: String): Seq[ProcessHandle] =
    all.filter(handle => arguments(handle).exists(_.contains(text)))

  def parentOf(handle: ProcessHandle): Option[ProcessHandle] = option(handle.parent)

  def arguments(handle: ProcessHandle): Seq[String] = entries(handle, "cmdline")

  def environment(handle: ProcessHandle): Map[String, String] =
    entries(handle, "environ").map(_.split("=", 2)).collect { case Array(k, v) => k -> v }.toMap

  private def option[A](value: java.util.Optional[A]): Option[A] =
    if (value.isPresent) Some(value.get) else None

  /** A process that ended and that nobody waited for has no arguments any more. */
  private def isRunning(handle: ProcessHandle): Boolean =
    handle.isAlive && arguments(handle).nonEmpty

  private def entries(handle: ProcessHandle, file: String): Seq[String] =
    Try(Files.readString(Path.of("/proc", handle.pid.toString, file))).toOption.toSeq
      .flatMap(_.split('\u0000'))
      .filter(_.nonEmpty)
}
