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

  def ended(): Ended = {
    if (!process.waitFor(5, MINUTES)) process.destroyForcibly()
    Ended(process.waitFor(), Files.readString(out), Files.readString(err))
  }
}
