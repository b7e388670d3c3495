package dev.lockstep.job;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.JulianFields;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/**
 * The days of a file's column of 96-bit timestamps, as Spark writes them by default: they have no
 * order in Parquet, so that no statistics are kept, and the column itself is read.
 */
record Int96Days(InputFile file, PrimitiveType column) {
  private static final long NANOS_A_DAY = Duration.ofDays(1).toNanos();

  boolean hold(LocalDate day) throws IOException {
    MessageType schema = new MessageType("day", column);
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      String writer = reader.getFileMetaData().getCreatedBy();
      reader.setRequestedSchema(schema);
      for (PageReadStore rows = reader.readNextRowGroup();
          rows != null;
          rows = reader.readNextRowGroup()) {
        if (hold(values(rows, schema, writer), day)) {
          return true;
        }
      }
      return false;
    }
  }

  private static ColumnReader values(PageReadStore rows, MessageType schema, String writer) {
    return new ColumnReadStoreImpl(
            rows, new GroupRecordConverter(schema).getRootConverter(), schema, writer)
        .getColumnReader(schema.getColumns().get(0));
  }

  private static boolean hold(ColumnReader values, LocalDate day) {
    int present = values.getDescriptor().getMaxDefinitionLevel();
    long wanted = day.getLong(JulianFields.JULIAN_DAY);
    for (long left = values.getTotalValueCount(); left > 0; left--) {
      if (values.getCurrentDefinitionLevel() == present) {
        NanoTime time = NanoTime.fromBinary(values.getBinary());
        long into = Math.floorDiv(time.getTimeOfDayNanos(), NANOS_A_DAY);
        if (time.getJulianDay() + into == wanted) {
          return true;
        }
      }
      values.consume();
    }
    return false;
  }
}
