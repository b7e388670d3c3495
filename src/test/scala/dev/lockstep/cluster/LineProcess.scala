package dev.lockstep.cluster

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES}

import scala.collection.JavaConverters._

/** A main of the tests in a process of its own, spoken to by lines. */
final class LineProcess(folder: Path, main: String, arguments: String*) {
  private val out = Files.createTempFile(folder, "process-", ".out")
  private val process = {
    val log = Files.createTempFile(folder, "log4j2-", ".properties")
    Files.writeString(log, LineProcess.warnings)
    new ProcessBuilder(
      Seq(Path.of(sys.props("java.home"), "bin", "java").toString, "-Xmx256m") ++
        Seq("-XX:TieredStopAtLevel=1", s"-Dlog4j2.configurationFile=$log") ++
        Seq("-cp", sys.props("java.class.path"), s"dev.lockstep.cluster.$main") ++ arguments: _*
    ).redirectErrorStream(true).redirectOutput(out.toFile).start()
  }

  def handle: ProcessHandle = process.toHandle

  def tell(line: String): Unit = {
    process.getOutputStream.write(s"$line\n".getBytes(UTF_8))
    process.getOutputStream.flush()
  }

  /** The first line that begins so. */
  def await(start: String): String = {
    val limit = System.nanoTime() + MINUTES.toNanos(2)
    def found = lines.find(_.startsWith(start))
    while (found.isEmpty) {
      if (System.nanoTime() > limit || !process.isAlive)
        throw new IllegalStateException(s"Missing: $start in ${lines.mkString(" | ")}")
      MILLISECONDS.sleep(20)
    }
    found.get
  }

  def has(start: String): Boolean = lines.exists(_.startsWith(start))

  /** Its input ends, and so does it. */
  def end(): Int = {
    process.getOutputStream.close()
    process.waitFor()
  }

  private def lines: Seq[String] = Files.readAllLines(out).asScala
}

private object LineProcess {

  /** A line each, without traces. */
  private val warnings =
    """rootLogger.level = warn
      |rootLogger.appenderRef.out.ref = out
      |appender.out.type = Console
      |appender.out.name = out
      |appender.out.layout.type = PatternLayout
      |appender.out.layout.alwaysWriteExceptions = false
      |appender.out.layout.pattern = %m%n
      |""".stripMargin
}
