package dev.lockstep.metrics;

import dev.lockstep.storage.Fence;
import dev.lockstep.storage.StoreException;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A table's own operations, which commit, first try or later one, only while a fence is open. */
record FencedOperations(TableOperations table, Fence fence) implements TableOperations {

  static Table around(Table table, Fence fence) {
    if (fence == Fence.NONE) {
      return table;
    }
    TableOperations operations = ((HasTableOperations) table).operations();
    return new BaseTable(new FencedOperations(operations, fence), table.name());
  }

  /** The fence is closed: nothing was committed, so that new files can be removed. */
  static final class ClosedException extends RuntimeException implements CleanableFailure {
    private static final long serialVersionUID = 1L;

    private final StoreException reason;

    ClosedException(StoreException reason) {
      super(reason);
      this.reason = reason;
    }

    StoreException reason() {
      return reason;
    }
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    try {
      fence.check();
    } catch (StoreException e) {
      throw new ClosedException(e);
    }
    table.commit(base, metadata);
  }

  @Override
  public TableMetadata current() {
    return table.current();
  }

  @Override
  public TableMetadata refresh() {
    return table.refresh();
  }

  @Override
  public FileIO io() {
    return table.io();
  }

  @Override
  public EncryptionManager encryption() {
    return table.encryption();
  }

  @Override
  public String metadataFileLocation(String name) {
    return table.metadataFileLocation(name);
  }

  @Override
  public LocationProvider locationProvider() {
    return table.locationProvider();
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return table.temp(uncommitted);
  }

  @Override
  public long newSnapshotId() {
    return table.newSnapshotId();
  }

  @Override
  public boolean requireStrictCleanup() {
    return table.requireStrictCleanup();
  }
}
