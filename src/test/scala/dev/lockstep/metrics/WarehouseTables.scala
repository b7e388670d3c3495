package dev.lockstep.metrics

import java.nio.file.Path

import org.apache.hadoop.conf.Configuration

/** The tables of a store's own warehouse, without Spark. */
object WarehouseTables {
  def open(warehouse: Path): MetricsTables = new MetricsTables(LocalCatalog.open(warehouse))

  def open(warehouse: String, hadoop: Configuration): MetricsTables =
    new MetricsTables(LocalCatalog.open(warehouse, hadoop))
}
