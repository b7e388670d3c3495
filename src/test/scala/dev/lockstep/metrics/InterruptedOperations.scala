package dev.lockstep.metrics

import org.apache.iceberg.catalog.Catalog
import org.apache.iceberg.io.{FileIO, LocationProvider}
import org.apache.iceberg.{BaseTable, HasTableOperations, TableMetadata, TableOperations}

/** A table's own operations, with something done around the first commit, which is handed over. */
class InterruptedOperations(real: TableOperations, around: (() => Unit) => Unit)
    extends TableOperations {
  private var first = true

  override def commit(base: TableMetadata, metadata: TableMetadata): Unit = {
    val commit = () => real.commit(base, metadata)
    if (first) {
      first = false
      around(commit)
    } else commit()
  }

  override def current(): TableMetadata = real.current()
  override def refresh(): TableMetadata = real.refresh()
  override def io(): FileIO = real.io()
  override def metadataFileLocation(name: String): String = real.metadataFileLocation(name)
  override def locationProvider(): LocationProvider = real.locationProvider()
}

object InterruptedOperations {
  def epochs(catalog: Catalog)(around: (() => Unit) => Unit): StoredTable[EpochRow] = {
    val table = TableDefinition.EPOCHS.open(catalog)
    val operations = table.asInstanceOf[HasTableOperations].operations()
    val interrupted = new BaseTable(new InterruptedOperations(operations, around), table.name())
    new StoredTable(TableDefinition.EPOCHS, () => interrupted)
  }
}
