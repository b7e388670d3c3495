package dev.lockstep.metrics

import dev.lockstep.SharedSpark
import java.util.UUID
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class MetricsTablesSuite extends AnyFunSuite with SharedSpark {
  import Rows._

  private lazy val tables = MetricsTables.open(spark)

  private def sql(text: String): Seq[Seq[Any]] = spark.sql(text).collect().toSeq.map(_.toSeq)

  test("each table gives back what was written, nulls and times included") {
    val id = newId()
    val model = newId()
    val runs = Seq(attempt(id, 1), bareAttempt(id, 2))
    runs.foreach(tables.writeRun)
    assert(tables.runs(id).asScala == runs)

    val epochs = Seq(bareEpoch(id, 1, "test"), epoch(id, 1, "train"))
    tables.writeEpoch(id, 1, epochs.asJava)
    assert(tables.epochs(id).asScala == epochs)

    val updates = iterations(id, 1 to 3) :+
      new IterationRow(id, 1, 4, 100L, 0.5, null, null, null, null, null)
    tables.writeIterations(id, updates.asJava)
    assert(tables.iterations(id).asScala == updates)

    val evaluations = Seq(
      evaluation(id, "test", "all", "auc", 0.7),
      evaluation(id, "test", "carrier=UA", "auc", null)
    )
    tables.writeEvaluations(id, id, "test", evaluations.asJava)
    assert(tables.evaluations(id).asScala == evaluations)

    val versions = Seq(version(model, "a", "champion"), bareVersion(model, "b"))
    tables.writeVersions(model, _ => versions.asJava)
    assert(tables.versions(model).asScala == versions)

    val checks = Seq(check(id, "distance > 0"), bareCheck(id, "label is not null"))
    tables.writeChecks(id, checks.asJava)
    assert(tables.checks(id).asScala == checks)
  }

  test("SQL sees the same values as the API") {
    val id = newId()
    tables.writeRun(attempt(id, 1))
    tables.writeEpoch(id, 1, Seq(epoch(id, 1, "train")).asJava)
    val run1 = sql(
      "select attempt, cast(logical_date as string), cast(started_at as string), seed, error " +
        s"from lockstep.metrics.runs where run_id = '$id'"
    )
    assert(run1 == Seq(Seq(1, "2026-03-29", "2026-03-29 01:30:00.123456", 7L, "none")))
    val epoch1 =
      sql(s"select split, loss, reduce_ms from lockstep.metrics.epochs where run_id = '$id'")
    assert(epoch1 == Seq(Seq("train", 0.5, 5.0)))
  }

  test("writing twice is writing once") {
    val id = newId()
    val model = newId()
    def writeAll(): Unit = {
      tables.writeRun(attempt(id, 1))
      tables.writeEpoch(id, 1, Seq(epoch(id, 1, "train"), epoch(id, 1, "validation")).asJava)
      tables.writeIterations(id, iterations(id, 1 to 10).asJava)
      tables.writeEvaluations(id, id, "test", Seq(evaluation(id, "test", "all", "auc", 0.7)).asJava)
      tables.writeChecks(id, Seq(check(id, "distance > 0")).asJava)
      tables.writeVersions(model, _ => Seq(version(model, id, "candidate")).asJava)
    }
    def content: Seq[Any] = Seq(
      tables.runs(id),
      tables.epochs(id),
      tables.iterations(id),
      tables.evaluations(id),
      tables.checks(id),
      tables.versions(model)
    )
    writeAll()
    val once = content
    writeAll()
    assert(content == once)
  }

  test("a write replaces the rows of its own key and no others") {
    val id = newId()
    tables.writeRun(attempt(id, 1, "running"))
    tables.writeRun(attempt(id, 2, "running"))
    tables.writeRun(attempt(id, 1, "failed"))
    assert(tables.runs(id).asScala.map(_.status) == Seq("failed", "running"))

    for (epoch <- 1 to 3) {
      tables.writeEpoch(
        id,
        epoch,
        Seq(Rows.epoch(id, epoch, "train"), Rows.epoch(id, epoch, "test")).asJava
      )
    }
    tables.writeEpoch(id, 2, Seq(epoch(id, 2, "train", 0.25)).asJava)
    assert(
      tables.epochs(id).asScala.map(r => (r.epoch, r.split, r.loss)) == Seq(
        (1, "test", 0.5),
        (1, "train", 0.5),
        (2, "train", 0.25),
        (3, "test", 0.5),
        (3, "train", 0.5)
      )
    )

    val splits = Seq("test", "validation")
    for (split <- splits) {
      val rows = Seq("auc", "f1").map(evaluation(id, split, "all", _, 0.7))
      tables.writeEvaluations(id, id, split, rows.asJava)
    }
    tables.writeEvaluations(id, id, "test", Seq(evaluation(id, "test", "all", "auc", 0.8)).asJava)
    assert(
      tables.evaluations(id).asScala.map(r => (r.split, r.metric, r.value.doubleValue)) ==
        Seq(("test", "auc", 0.8), ("validation", "auc", 0.7), ("validation", "f1", 0.7))
    )
  }

  test("iterations are replaced row by row, however the files overlap") {
    val id = newId()
    tables.writeIterations(id, iterations(id, 1 to 10).asJava)
    tables.writeIterations(id, iterations(id, 11 to 20).asJava)
    tables.writeIterations(id, iterations(id, 6 to 15, loss = 0.25).asJava)
    val expected =
      iterations(id, 1 to 5) ++ iterations(id, 6 to 15, 0.25) ++ iterations(id, 16 to 20)
    assert(tables.iterations(id).asScala == expected)
    tables.writeIterations(id, iterations(id, 8 to 9, loss = 0.125).asJava)
    val inner = expected.map(r =>
      if (r.iteration == 8 || r.iteration == 9) iteration(id, r.iteration, 0.125) else r
    )
    assert(tables.iterations(id).asScala == inner)
    tables.writeIterations(id, java.util.List.of())
    assert(tables.iterations(id).asScala == inner)
  }

  test("iterations with a gap or a repeated one are refused") {
    val id = newId()
    for (
      rows <- Seq(
        iterations(id, 1 to 3).patch(1, Nil, 1),
        iterations(id, 1 to 2) :+ iteration(id, 2)
      )
    ) {
      val error = intercept[IllegalArgumentException](tables.writeIterations(id, rows.asJava))
      assert(error.getMessage.startsWith(s"Invalid iterations of $id: "))
    }
    assert(tables.iterations(id).isEmpty)
  }

  test("discarding and writing again is the uninterrupted table") {
    val (stopped, straight) = (newId(), newId())
    def write(id: String, epochs: Range): Unit = for (epoch <- epochs) {
      tables.writeIterations(id, iterations(id, (epoch * 10 - 9) to epoch * 10).asJava)
      tables.writeEpoch(id, epoch, Seq(Rows.epoch(id, epoch, "train")).asJava)
    }
    write(straight, 1 to 4)
    write(stopped, 1 to 3)
    tables.discardAfter(stopped, 15, 1)
    assert(tables.iterations(stopped).asScala.map(_.iteration) == (1 to 15))
    assert(tables.epochs(stopped).asScala.map(_.epoch) == Seq(1))
    tables.writeIterations(stopped, iterations(stopped, 16 to 20).asJava)
    tables.writeEpoch(stopped, 2, Seq(epoch(stopped, 2, "train")).asJava)
    write(stopped, 3 to 4)
    assert(
      tables.iterations(stopped).asScala.map(r => (r.iteration, r.epoch, r.loss)) ==
        tables.iterations(straight).asScala.map(r => (r.iteration, r.epoch, r.loss))
    )
    assert(
      tables.epochs(stopped).asScala.map(_.epoch) == tables.epochs(straight).asScala.map(_.epoch)
    )
    assert(tables.iterations(straight).size == 40)
  }

  test("a row of another key is refused and nothing is written") {
    val id = newId()
    intercept[IllegalArgumentException](tables.writeEpoch(id, 1, Seq(epoch(id, 2, "train")).asJava))
    intercept[IllegalArgumentException](tables.writeChecks(id, Seq(check("other", "x")).asJava))
    val missing = new CheckRow(id, null, null, null, null, null, true)
    val error = intercept[IllegalArgumentException](tables.writeChecks(id, Seq(missing).asJava))
    assert(error.getMessage == "Missing rule: null (the column is required)")
    assert(tables.epochs(id).isEmpty && tables.checks(id).isEmpty)
  }

  test("ids with quotes are values, never SQL") {
    val id = "it's \"quoted\" ; drop table lockstep.metrics.runs -- " + UUID.randomUUID()
    val other = newId()
    tables.writeRun(attempt(other, 1))
    tables.writeRun(attempt(id, 1, "running"))
    tables.writeRun(attempt(id, 1, "done"))
    assert(tables.runs(id).asScala == Seq(attempt(id, 1, "done")))
    assert(tables.runs(other).size == 1)
    assert(tables.runs("' or '1' = '1").isEmpty)
  }

  test("runs are replaced right after a compaction has merged their files") {
    val id = newId()
    for (epoch <- 1 to 4) tables.writeEpoch(id, epoch, Seq(Rows.epoch(id, epoch, "train")).asJava)
    sql(
      "call lockstep.system.rewrite_data_files(table => 'metrics.epochs', " +
        "options => map('rewrite-all', 'true'))"
    )
    assert(
      sql(s"select count(*) from lockstep.metrics.epochs.files where partition.run_id = '$id'")
        == Seq(Seq(1L))
    )
    tables.writeEpoch(id, 2, Seq(epoch(id, 2, "train", 0.25)).asJava)
    assert(tables.epochs(id).asScala.map(_.loss) == Seq(0.5, 0.25, 0.5, 0.5))
  }

  test("rows that another engine deleted by position stay deleted") {
    val id = newId()
    sql(
      "alter table lockstep.metrics.iterations set tblproperties ('write.delete.mode' = 'merge-on-read')"
    )
    tables.writeIterations(id, iterations(id, 1 to 10).asJava)
    sql(s"delete from lockstep.metrics.iterations where run_id = '$id' and iteration = 3")
    tables.writeIterations(id, iterations(id, 5 to 6, 0.25).asJava)
    assert(tables.iterations(id).asScala.map(_.iteration) == Seq(1, 2, 4, 5, 6, 7, 8, 9, 10))
  }
}
