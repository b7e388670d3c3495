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
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Where a folder has rows of a day, told by the names of partitions and by statistics and
 * dictionaries of files. Rows are read of files alone that keep neither of the column: those with
 * timestamps of 96 bits.
 *
 * @param column with the day
 */
record SourceDays(String source, String column, Configuration hadoop) {

  /**
   * What was seen.
   *
   * @param reason the file with the rows, or why there is none
   */
  record Finding(boolean isThere, String reason) {}

  /**
   * Looks for a file that has rows of the day, or may have them where nothing tells, the latest
   * written first. One that cannot be read on the way is still being written: then the day is not
   * there yet.
   */
  Finding find(LocalDate day) throws IOException {
    Path given = new Path(source);
    Path root = given.getFileSystem(hadoop).makeQualified(given);
    List<FileStatus> files =
        SourceFiles.below(root, hadoop).stream()
            .sorted(Comparator.comparingLong(FileStatus::getModificationTime).reversed())
            .toList();
    for (FileStatus file : files) {
      Optional<String> partition = partition(root, file.getPath());
      try {
        if (partition.isPresent() ? partition.get().equals(day.toString()) : mayHold(file, day)) {
          return new Finding(true, "rows in " + file.getPath());
        }
      } catch (IOException | RuntimeException unreadable) {
        String why = String.valueOf(unreadable.getMessage()).lines().findFirst().orElse("");
        return new Finding(false, "cannot read " + file.getPath() + " yet (" + why + ")");
      }
    }
    return new Finding(false, "no rows in " + source + " yet");
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
    Optional<PrimitiveType> type;
    try (ParquetFileReader whole = ParquetFileReader.open(input)) {
      type = type(whole.getFileMetaData().getSchema());
    }
    if (type.filter(each -> each.getPrimitiveTypeName() == PrimitiveTypeName.INT96).isPresent()) {
      return new Int96Days(input, type.get()).hold(day);
    }
    FilterCompat.Filter filter =
        type.flatMap(each -> rows(each, day))
            .<FilterCompat.Filter>map(FilterCompat::get)
            .orElse(FilterCompat.NOOP);
    ParquetReadOptions options =
        HadoopReadOptions.builder(hadoop)
            .useStatsFilter(true)
            .useDictionaryFilter(true)
            .useBloomFilter(true)
            .withRecordFilter(filter)
            .build();
    try (ParquetFileReader matching = ParquetFileReader.open(input, options)) {
      return !matching.getRowGroups().isEmpty();
    }
  }

  private Optional<PrimitiveType> type(MessageType schema) {
    return schema.getFields().stream()
        .filter(each -> each.getName().equalsIgnoreCase(column) && each.isPrimitive())
        .findFirst()
        .map(Type::asPrimitiveType);
  }

  /** The day's rows by the column's type; none for types without an order to go by. */
  private static Optional<FilterPredicate> rows(PrimitiveType type, LocalDate day) {
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
