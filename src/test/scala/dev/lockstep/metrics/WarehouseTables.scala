package dev.lockstep.metrics

import java.nio.file.Path

/** The tables of a store's own warehouse, without Spark. */
object WarehouseTables {
  def open(warehouse: Path): MetricsTables = new MetricsTables(LocalCatalog.open(warehouse))
}
