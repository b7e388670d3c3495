package dev.lockstep.job

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES}

import scala.jdk.CollectionConverters._

import org.apache.spark.launcher.JavaModuleOptions

/** A job in a process of its own, with an embedded Spark, as the scripts start it. */
final class JobProcess(
    folder: Path,
    job: Class[_],
    spark: Map[String, String],
    arguments: String*
) {
  private val out = Files.createTempFile(folder, "out", ".txt")
  private val err = Files.createTempFile(folder, "err", ".txt")

  private val process: Process = {
    val properties =
      spark + ("log4j2.configurationFile" -> "conf/log4j2.properties") + ("spark.ui.enabled" -> "false")
    val command =
      Seq(Path.of(sys.props("java.home"), "bin", "java").toString, "-Xmx1g") ++
        JavaModuleOptions.defaultModuleOptions().split(" ") ++
        properties.map { case (key, value) => s"-D$key=$value" } ++
        Seq("-cp", sys.props("java.class.path"), job.getName) ++ arguments
    new ProcessBuilder(command.asJava).redirectOutput(out.toFile).redirectError(err.toFile).start()
  }

  /** Kills the process with SIGKILL as soon as `now` holds; false if it ended before. */
  def killWhen(now: => Boolean): Boolean = {
    val limit = System.nanoTime() + MINUTES.toNanos(5)
    while (!now && System.nanoTime() < limit && !process.waitFor(20, MILLISECONDS)) {}
    val alive = process.isAlive
    process.destroyForcibly().waitFor()
    alive
  }

  /** Waits until the process is stopped, as by SIGSTOP. */
  def awaitStop(): Unit = {
    val limit = System.nanoTime() + MINUTES.toNanos(2)
    def state = Files.readString(Path.of(s"/proc/${process.pid}/stat")).split("\\) ").last.head
    while (process.isAlive && state != 'T' && System.nanoTime() < limit) {
      process.waitFor(20, MILLISECONDS)
    }
    if (!process.isAlive || state != 'T') throw new AssertionError(s"not stopped: ${kill()}")
  }

  /** Lets a stopped process go on. */
  def goOn(): Unit =
    assert(new ProcessBuilder("kill", "-CONT", process.pid.toString).start().waitFor() == 0)

  /** Ends the process with SIGKILL, if it has not ended. */
  def kill(): Ended = {
    process.destroyForcibly()
    ended()
  }

  def ended(): Ended = {
    if (!process.waitFor(5, MINUTES)) process.destroyForcibly()
    Ended(process.waitFor(), Files.readString(out), Files.readString(err))
  }
}
