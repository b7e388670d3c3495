package dev.lockstep.metrics;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FSError;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;
import org.apache.iceberg.util.StructLikeMap;

/**
 * The rows of single data files of a table, read and written in this process: no Spark task is
 * needed.
 */
final class DataFileRows {
  private DataFileRows() {}

  /**
   * All live rows of a file, in all columns of the table; rows that delete files remove are left
   * out.
   */
  static List<Record> read(Table table, FileScanTask task) throws IOException {
    if (task.file().format() != FileFormat.PARQUET) {
      throw new IOException("Unsupported data file: " + task.file().location());
    }
    GenericDeleteFilter deletes =
        new GenericDeleteFilter(table.io(), task, table.schema(), table.schema());
    Schema schema = deletes.requiredSchema();
    Map<Integer, ?> constants =
        PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> stored =
            Parquet.read(table.io().newInputFile(task.file()))
                .project(schema)
                .createReaderFunc(
                    type -> GenericParquetReaders.buildReader(schema, type, constants))
                .build();
        CloseableIterable<Record> live = deletes.filter(stored)) {
      live.forEach(rows::add);
    }
    return rows;
  }

  /** Writes the rows into new files, one a partition; none is part of the table before a commit. */
  static List<DataFile> write(Table table, List<Record> rows) throws IOException {
    OutputFileFactory locations =
        OutputFileFactory.builderFor(table, 0, 0)
            .operationId(UUID.randomUUID().toString())
            .format(FileFormat.PARQUET)
            .build();
    List<DataFile> files = new ArrayList<>();
    try {
      for (Map.Entry<PartitionKey, List<Record>> part : byPartition(table, rows)) {
        files.add(write(table, locations, part.getKey(), part.getValue()));
      }
    } catch (IOException | RuntimeException | FSError e) {
      delete(table, files);
      throw e;
    }
    return files;
  }

  /** Removes files that no commit has made part of the table. */
  static void delete(Table table, List<DataFile> files) {
    files.stream().map(ContentFile::location).forEach(table.io()::deleteFile);
  }

  private static DataFile write(
      Table table, OutputFileFactory locations, PartitionKey partition, List<Record> rows)
      throws IOException {
    EncryptedOutputFile file = locations.newOutputFile(partition);
    DataWriter<Record> writer =
        Parquet.writeData(file)
            .forTable(table)
            .withPartition(partition)
            .createWriterFunc(GenericParquetWriter::create)
            .build();
    try {
      try (writer) {
        rows.forEach(writer::write);
      }
      return writer.toDataFile();
    } catch (IOException | RuntimeException | FSError e) {
      table.io().deleteFile(file.encryptingOutputFile().location());
      throw e;
    }
  }

  private static Iterable<Map.Entry<PartitionKey, List<Record>>> byPartition(
      Table table, List<Record> rows) {
    PartitionSpec spec = table.spec();
    PartitionKey key = new PartitionKey(spec, table.schema());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    StructLikeMap<Map.Entry<PartitionKey, List<Record>>> parts =
        StructLikeMap.create(spec.partitionType());
    for (Record row : rows) {
      key.partition(wrapper.wrap(row));
      Map.Entry<PartitionKey, List<Record>> part = parts.get(key);
      if (part == null) {
        PartitionKey own = key.copy();
        part = Map.entry(own, new ArrayList<>());
        parts.put(own, part);
      }
      part.getValue().add(row);
    }
    return parts.values();
  }
}
