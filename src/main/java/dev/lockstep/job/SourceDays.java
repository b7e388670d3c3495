package dev.lockstep.job;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;
import static org.apache.parquet.filter2.predicate.FilterApi.gtEq;
import static org.apache.parquet.filter2.predicate.FilterApi.intColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.longColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.lt;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Where a source has rows of a day, told by the names of partitions and by statistics and
 * dictionaries of files; no row is read.
 *
 * @param column with the day
 */
record SourceDays(String source, String column, Configuration hadoop) {

  /**
   * The first file found, the latest written first, that has rows of the day, or may have them
   * where it keeps no statistics of the column.
   */
  Optional<Path> find(LocalDate day) throws IOException {
    Path given = new Path(source);
    Path root = given.getFileSystem(hadoop).makeQualified(given);
    List<FileStatus> files =
        SourceFiles.below(root, hadoop).stream()
            .sorted(Comparator.comparingLong(FileStatus::getModificationTime).reversed())
            .toList();
    for (FileStatus file : files) {
      Optional<String> partition = partition(root, file.getPath());
      boolean holds =
          partition.isPresent() ? partition.get().equals(day.toString()) : mayHold(file, day);
      if (holds) {
        return Optional.of(file.getPath());
      }
    }
    return Optional.empty();
  }

  /** The day that a folder {@code column=day} above the file says. */
  private Optional<String> partition(Path root, Path file) {
    String below = file.toUri().getPath().substring(root.toUri().getPath().length());
    String prefix = column + "=";
    return Arrays.stream(below.split("/"))
        .filter(name -> name.regionMatches(true, 0, prefix, 0, prefix.length()))
        .map(name -> name.substring(prefix.length()))
        .findFirst();
  }

  private boolean mayHold(FileStatus file, LocalDate day) throws IOException {
    HadoopInputFile input = HadoopInputFile.fromStatus(file, hadoop);
    Optional<FilterPredicate> rows;
    try (ParquetFileReader whole = ParquetFileReader.open(input)) {
      rows = rows(whole.getFileMetaData().getSchema(), day);
    }
    ParquetReadOptions options =
        HadoopReadOptions.builder(hadoop)
            .useStatsFilter(true)
            .useDictionaryFilter(true)
            .useBloomFilter(true)
            .withRecordFilter(
                rows.<FilterCompat.Filter>map(FilterCompat::get).orElse(FilterCompat.NOOP))
            .build();
    try (ParquetFileReader matching = ParquetFileReader.open(input, options)) {
      return !matching.getRowGroups().isEmpty();
    }
  }

  /** The day's rows by the column's type; none for types without an order to go by. */
  private Optional<FilterPredicate> rows(MessageType schema, LocalDate day) {
    Optional<Type> field =
        schema.getFields().stream()
            .filter(each -> each.getName().equalsIgnoreCase(column) && each.isPrimitive())
            .findFirst();
    if (field.isEmpty()) {
      return Optional.empty();
    }
    PrimitiveType type = field.get().asPrimitiveType();
    String name = type.getName();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> Optional.of(eq(intColumn(name), Math.toIntExact(day.toEpochDay())));
      case INT64 -> unitsADay(type).map(units -> between(name, day, units));
      case BINARY ->
          Optional.of(
              and(
                  gtEq(binaryColumn(name), Binary.fromString(day.toString())),
                  lt(binaryColumn(name), Binary.fromString(day.plusDays(1).toString()))));
      default -> Optional.empty();
    };
  }

  private static FilterPredicate between(String name, LocalDate day, long units) {
    return and(
        gtEq(longColumn(name), day.toEpochDay() * units),
        lt(longColumn(name), day.plusDays(1).toEpochDay() * units));
  }

  private static Optional<Long> unitsADay(PrimitiveType type) {
    long second = 24 * 60 * 60;
    return type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation timestamp
        ? Optional.of(
            switch (timestamp.getUnit()) {
              case MILLIS -> second * 1_000;
              case MICROS -> second * 1_000_000;
              case NANOS -> second * 1_000_000_000;
            })
        : Optional.empty();
  }
}
