package dev.lockstep.metrics

import java.time.{Instant, LocalDate}
import java.util.UUID

/** Rows with every column set, and rows with every nullable column null. */
object Rows {
  val day: LocalDate = LocalDate.of(2026, 3, 29)
  val time: Instant = Instant.parse("2026-03-29T01:30:00.123456Z")

  /** A run id that no other test uses. */
  def newId(): String = "run-" + UUID.randomUUID().toString.take(8)

  def attempt(runId: String, number: Int, status: String = "done"): RunRow = new RunRow(
    runId,
    number,
    "flights",
    day,
    status,
    time,
    time.plusSeconds(60),
    "0.1.0",
    "{\"seed\": 7}",
    "c0ffee",
    "f00d",
    1000L,
    100L,
    50L,
    2753L,
    100,
    8,
    2,
    7L,
    10,
    100,
    "all epochs",
    "abc",
    "none",
    "flights-2026-03-28"
  )

  def bareAttempt(runId: String, attempt: Int): RunRow = new RunRow(
    runId,
    attempt,
    "flights",
    null,
    "running",
    time,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null
  )

  def epoch(runId: String, epoch: Int, split: String, loss: Double = 0.5): EpochRow = new EpochRow(
    runId,
    "flights",
    day,
    epoch,
    split,
    10,
    1000L,
    loss,
    0.75,
    0.001,
    1.5,
    321.0,
    30000.0,
    33.3,
    1.0,
    10.0,
    15.0,
    5.0,
    2.0,
    2,
    time
  )

  def bareEpoch(runId: String, epoch: Int, split: String): EpochRow = new EpochRow(
    runId,
    "flights",
    null,
    epoch,
    split,
    null,
    100L,
    Double.NaN,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    time
  )

  def iteration(runId: String, iteration: Int, loss: Double = 0.5): IterationRow =
    new IterationRow(
      runId,
      (iteration - 1) / 10 + 1,
      iteration,
      100L,
      loss,
      0.001,
      1.5,
      0.01,
      3.2,
      0.4
    )

  def iterations(runId: String, range: Range, loss: Double = 0.5): Seq[IterationRow] =
    range.map(iteration(runId, _, loss))

  def evaluation(
      runId: String,
      split: String,
      slice: String,
      metric: String,
      value: java.lang.Double
  ): EvaluationRow =
    new EvaluationRow(runId, "flights", runId, day, split, slice, metric, value, 50L)

  def version(model: String, name: String, status: String): VersionRow =
    new VersionRow(
      model,
      name,
      name,
      day,
      "models/" + name,
      "beef",
      status,
      time,
      "first",
      "promoted",
      "{}"
    )

  def bareVersion(model: String, name: String): VersionRow =
    new VersionRow(model, name, name, null, "models/" + name, null, "candidate", null, null)

  def check(runId: String, rule: String): CheckRow =
    new CheckRow(runId, day, rule, "distance", 0.99, 1.0, false)

  def bareCheck(runId: String, rule: String): CheckRow =
    new CheckRow(runId, null, rule, null, null, null, true)
}
