package dev.lockstep.cluster

import scala.collection.JavaConverters._

import dev.lockstep.metrics.MetricsTables

/** What a training leaves behind that is the same wherever it ran: bits and rows, without times. */
final case class Trained(
    parametersSha256: Option[String],
    iterations: Seq[Seq[Any]],
    epochs: Seq[Seq[Any]]
) {
  def sameBits(other: Trained): Boolean =
    parametersSha256.isDefined && parametersSha256 == other.parametersSha256

  def sameRows(other: Trained): Boolean =
    iterations.nonEmpty && iterations == other.iterations && epochs == other.epochs
}

object Trained {
  def of(tables: MetricsTables, runId: String): Trained = Trained(
    tables.runs(runId).asScala.filter(_.status == "done").lastOption.map(_.parametersSha256),
    tables.iterations(runId).asScala.map { row =>
      Seq(row.epoch, row.iteration, row.samples, row.loss, row.gradientNorm, row.updateNorm)
    },
    tables.epochs(runId).asScala.map { row =>
      Seq(row.epoch, row.split, row.iterations, row.samples, row.loss, row.accuracy)
    }
  )
}
