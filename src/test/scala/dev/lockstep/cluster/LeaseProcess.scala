package dev.lockstep.cluster

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES}

import scala.collection.JavaConverters._

/** [[LeaseMain]] in a process of its own, spoken to by lines. */
final class LeaseProcess(folder: Path, store: String, runId: String, seconds: Int) {
  private val out = Files.createTempFile(folder, "lease-", ".out")
  private val process = new ProcessBuilder(
    Seq(Path.of(sys.props("java.home"), "bin", "java").toString, "-Xmx256m") ++
      Seq("-XX:TieredStopAtLevel=1", "-cp", sys.props("java.class.path")) ++
      Seq("dev.lockstep.cluster.LeaseMain", store, runId, seconds.toString): _*
  ).redirectErrorStream(true).redirectOutput(out.toFile).start()

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

  /** Lets it end its lease. */
  def end(): Int = {
    process.getOutputStream.close()
    process.waitFor()
  }

  private def lines: Seq[String] = Files.readAllLines(out).asScala
}
