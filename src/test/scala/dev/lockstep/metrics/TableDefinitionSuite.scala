package dev.lockstep.metrics

import dev.lockstep.metrics.LocalCatalog.inTemporaryFolder
import dev.lockstep.metrics.Rows._
import dev.lockstep.storage.StoreException
import org.apache.iceberg.data.{GenericRecord, Record}
import org.apache.iceberg.types.Types
import org.apache.iceberg.{HasTableOperations, PartitionSpec, Schema, Table}
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class TableDefinitionSuite extends AnyFunSuite {
  import TableDefinition._

  private val definitions =
    Seq[TableDefinition[_]](RUNS, EPOCHS, ITERATIONS, EVALUATIONS, VERSIONS, CHECKS)

  private def columns(table: Table): Seq[String] = table.schema.columns.asScala.map(_.name).toSeq

  test("the tables have the contract's columns, in order") {
    // Copied from the design's list of tables; started_from, decision and gate came after it.
    val expected = Map(
      "runs" -> ("run_id, attempt, model, logical_date, status, started_at, ended_at, code_version, config, " +
        "config_sha256, data_fingerprint, train_rows, validation_rows, test_rows, parameters, batch_size, shards, " +
        "workers, seed, epochs, iterations, stop_reason, parameters_sha256, error, started_from"),
      "epochs" -> ("run_id, model, logical_date, epoch, split, iterations, samples, loss, accuracy, learning_rate, " +
        "gradient_norm, noise_scale, samples_per_second, wall_ms, data_ms, forward_ms, backward_ms, reduce_ms, " +
        "update_ms, workers, written_at"),
      "iterations" -> ("run_id, epoch, iteration, samples, loss, learning_rate, gradient_norm, update_norm, " +
        "wall_ms, reduce_ms"),
      "evaluations" -> "run_id, model, version, logical_date, split, slice, metric, value, samples",
      "versions" -> "model, version, run_id, logical_date, path, sha256, status, decided_at, reason, decision, gate",
      "checks" -> "run_id, logical_date, rule, column, observed, threshold, passed"
    )
    for (definition <- definitions) {
      val names = definition.format.schema.columns.asScala.map(_.name)
      assert(names.mkString(", ") == expected(definition.name))
      assert(definition.format.schema.columns.asScala.forall(_.doc.nonEmpty))
    }
  }

  test("a table is created once, partitioned by what is replaced, in format 2 with zstd") {
    inTemporaryFolder { warehouse =>
      for (definition <- definitions; _ <- 1 to 2) {
        val table = definition.open(LocalCatalog.open(warehouse))
        assert(
          table.spec.fields.asScala.map(_.name) == Seq(
            if (definition.name == "versions") "model" else "run_id"
          )
        )
        assert(table.asInstanceOf[HasTableOperations].operations.current.formatVersion == 2)
        assert(table.properties.get("write.parquet.compression-codec") == "zstd")
      }
    }
  }

  test("columns that an older table lacks are added, and its rows read as null there") {
    inTemporaryFolder { warehouse =>
      val catalog = LocalCatalog.open(warehouse)
      val full = CHECKS.format.schema
      val older = new Schema(full.columns.asScala.filterNot(_.name == "threshold").asJava)
      val spec = PartitionSpec.builderFor(older).identity("run_id").build()
      val old = catalog.createTable(CHECKS.identifier, older, spec)
      val row = GenericRecord.create(old.schema)
      row.setField("run_id", "a")
      row.setField("rule", "distance > 0")
      row.setField("passed", true)
      val append = old.newAppend()
      DataFileRows.write(old, Seq[Record](row).asJava).forEach(file => append.appendFile(file))
      append.commit()

      val table = CHECKS.open(LocalCatalog.open(warehouse))
      assert(columns(table).toSet == full.columns.asScala.map(_.name).toSet)
      assert(table.schema.findField("threshold").doc == full.findField("threshold").doc)
      val tables = new MetricsTables(LocalCatalog.open(warehouse))
      assert(tables.checks("a").asScala == Seq(bareCheck("a", "distance > 0")))
      tables.writeChecks("b", Seq(check("b", "x")).asJava)
      assert(tables.checks("b").asScala == Seq(check("b", "x")))
    }
  }

  test("columns of a newer program survive a replacement of other rows in their file") {
    inTemporaryFolder { warehouse =>
      val tables = new MetricsTables(LocalCatalog.open(warehouse))
      val catalog = LocalCatalog.open(warehouse)
      tables.writeIterations("a", iterations("a", 1 to 10).asJava)
      catalog
        .loadTable(ITERATIONS.identifier)
        .updateSchema()
        .addColumn("host", Types.StringType.get())
        .commit()
      tables.writeIterations("a", iterations("a", 5 to 6, 0.25).asJava)
      assert(tables.iterations("a").asScala.map(_.loss).count(_ == 0.5) == 8)
      assert(columns(ITERATIONS.open(catalog)).last == "host")
    }
  }

  test("a column of another type is refused") {
    inTemporaryFolder { warehouse =>
      val catalog = LocalCatalog.open(warehouse)
      val other = new Schema(
        Types.NestedField.required(1, "run_id", Types.StringType.get()),
        Types.NestedField.optional(2, "threshold", Types.StringType.get())
      )
      catalog.createTable(CHECKS.identifier, other)
      val error = intercept[StoreException](CHECKS.open(catalog))
      assert(
        error.getMessage == "Unsupported column metrics.checks.threshold: string (must be double)"
      )
    }
  }
}
