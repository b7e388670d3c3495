package dev.lockstep.job

import java.io.{ByteArrayOutputStream, PrintStream}
import java.util.concurrent.Callable

/** A job's exit code and what it wrote where. */
final case class Ended(code: Int, out: String, err: String) {
  def outLines: Seq[String] = out.split("\n").toSeq
  def errLines: Seq[String] = err.split("\n").toSeq
}

object Streams {
  def run(job: Callable[JobOutput], arguments: String*): Ended = {
    val out = new ByteArrayOutputStream
    val err = new ByteArrayOutputStream
    val code = JobRunner.run(
      job,
      new PrintStream(out, true, "UTF-8"),
      new PrintStream(err, true, "UTF-8"),
      arguments: _*
    )
    Ended(code, out.toString("UTF-8"), err.toString("UTF-8"))
  }
}
