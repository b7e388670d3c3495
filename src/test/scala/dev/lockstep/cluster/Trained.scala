package dev.lockstep.cluster

import scala.collection.JavaConverters._

import dev.lockstep.metrics.{MetricsTables, RunRow}

/** What a training leaves behind that is the same wherever it ran: bits and rows, without times.
  *
  * @param attempts
  *   those that are done: the last one, whatever became of others
  */
final case class Trained(
    parametersSha256: Option[String],
    attempts: Seq[Seq[Any]],
    iterations: Seq[Seq[Any]],
    epochs: Seq[Seq[Any]],
    checks: Seq[Seq[Any]],
    versions: Seq[Seq[Any]]
) {
  def sameBits(other: Trained): Boolean =
    parametersSha256.isDefined && parametersSha256 == other.parametersSha256

  /** The same rows in each table, none of them twice. */
  def sameRows(other: Trained): Boolean =
    this == other && Seq(attempts, versions).forall(_.size == 1) && keys.forall { of =>
      of.nonEmpty && of.distinct.size == of.size
    }

  /** Of the rows of iterations and epochs. */
  private def keys: Seq[Seq[Any]] = Seq(iterations.map(_(1)), epochs.map(_.take(2)))
}

object Trained {
  def of(tables: MetricsTables, runId: String): Trained = {
    val done = tables.runs(runId).asScala.filter(_.status == "done")
    Trained(
      done.lastOption.map(_.parametersSha256),
      done.map(attempt),
      tables.iterations(runId).asScala.map { row =>
        Seq(row.epoch, row.iteration, row.samples, row.loss, row.gradientNorm, row.updateNorm)
      },
      tables.epochs(runId).asScala.map { row =>
        Seq(row.epoch, row.split, row.iterations, row.samples, row.loss, row.accuracy)
      },
      tables.checks(runId).asScala.map { row =>
        Seq(row.rule, row.column, row.observed, row.threshold, row.passed)
      },
      tables.versions().asScala.filter(_.runId == runId).map { row =>
        Seq(row.model, row.version == runId, row.status)
      }
    )
  }

  private def attempt(row: RunRow): Seq[Any] =
    Seq(row.model, row.dataFingerprint, row.trainRows, row.validationRows, row.testRows) ++
      Seq(row.parameters, row.batchSize, row.shards, row.seed, row.epochs, row.iterations) ++
      Seq(row.stopReason, row.error)
}
