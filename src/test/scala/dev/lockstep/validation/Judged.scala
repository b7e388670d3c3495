package dev.lockstep.validation

import scala.jdk.CollectionConverters._

/** What a judgement comes to: passes, warns or stops, and its lines. */
object Judged {
  val Passes = "passes"
  val Warns = "warns"
  val Stops = "stops"

  def of(judgement: Judgement): String = {
    val verdict = judgement.verdict()
    if (verdict.rejection.isPresent) Stops
    else if (verdict.checks.asScala.exists(!_.passed)) Warns
    else Passes
  }

  /** The rules that were broken, ascending. */
  def broken(judgement: Judgement): Seq[String] =
    judgement.verdict().checks.asScala.filterNot(_.passed).map(_.rule).sorted.toSeq
}
