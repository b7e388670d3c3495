package dev.lockstep.prediction;

import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;

/**
 * A model's predictions for a logical date: {@code predictions/<model>/date=<date>/
 * predictions.parquet}, with facts about them in the file's footer.
 *
 * <p>It is one file because a file is what every file system can replace in one step: a reader who
 * lists the model's folder at any moment, also after a kill at any moment, finds the old
 * predictions or the new ones. Executors write parts of it side by side under a hidden name, which
 * readers skip; then their row groups are copied together as they are, and the whole takes its
 * place. A reader in the middle of the old file reads on where the file system keeps open files
 * (local disks), or fails and finds the new one when it tries again; it never gets rows of both.
 * The file carries its own SHA-256, so that damage anywhere in it is noticed.
 *
 * <p>Who writes should hold the date's lease: writers without one may sweep each other's parts
 * away, and then fail.
 */
public final class PredictionFile {
  /** The column whose nulls are counted. */
  public static final String PREDICTION = "prediction";

  private static final String NAME = "predictions.parquet";

  /** In front of the facts' names in the footer. */
  private static final String OWN = "lockstep.";

  /** What Hive, Spark and Trino take for null: predictions of no date. */
  private static final String NO_DATE = "__HIVE_DEFAULT_PARTITION__";

  private final Store store;
  private final Path folder;

  private PredictionFile(Store store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  /**
   * What a file holds.
   *
   * @param unpredicted rows whose prediction is null
   * @param facts as {@link #replace} was given them
   */
  public record Content(long rows, long unpredicted, Map<String, String> facts) {}

  public static PredictionFile of(Store store, String model, Optional<LocalDate> date) {
    String value = date.map(LocalDate::toString).orElse(NO_DATE);
    return new PredictionFile(store, new Path(store.predictions(model), "date=" + value));
  }

  /** The folder of the date. */
  public Path folder() {
    return folder;
  }

  /**
   * Reads and checks all of it; empty where there are no predictions for the date.
   *
   * @throws StoreException if the store cannot be read, or the file is broken
   */
  public Optional<Content> read() {
    return read(
        problem -> {
          throw new StoreException(
              "Cannot read: " + path() + " (" + firstLine(problem) + ")", problem);
        });
  }

  /**
   * The same, where a broken file counts as none.
   *
   * @param notices gets a line about it
   * @throws StoreException if the store cannot be read
   */
  public Optional<Content> readWhole(Consumer<String> notices) {
    return read(
        problem -> {
          notices.accept("Invalid file: " + path() + " (" + firstLine(problem) + "), not used");
          return Optional.empty();
        });
  }

  private Optional<Content> read(Function<Exception, Optional<Content>> broken) {
    FileStatus file;
    try {
      file = store.fileSystem().getFileStatus(path());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("Cannot read: " + path() + " (" + firstLine(e) + ")", e);
    }
    try {
      return Optional.of(checked(file));
    } catch (IOException | RuntimeException e) {
      return broken.apply(e);
    }
  }

  /**
   * Writes rows to where those of the date are, in one Spark action. Of several writers at once the
   * last one's file stays; each is whole.
   *
   * @param rows with the column {@link #PREDICTION}
   * @return what readers see now; empty where there were no rows, and nothing has changed
   * @throws StoreException if the store cannot be written, or loses a part meanwhile; the file is
   *     then as it was
   */
  public Optional<Content> replace(Dataset<Row> rows, Map<String, String> facts) {
    try (AtomicDirectory unfinished = AtomicDirectory.begin(store, folder)) {
      Path parts = new Path(unfinished.path(), "parts");
      long given = write(rows, parts);
      Map<String, String> footer =
          facts.entrySet().stream()
              .collect(Collectors.toMap(fact -> OWN + fact.getKey(), Map.Entry::getValue));
      Path whole = new Path(unfinished.path(), NAME);
      new RowGroups(store.fileSystem()).join(parts, whole, footer);
      Content content = content(whole);
      if (content.rows() != given) {
        throw new StoreException(
            "Failed to write: %s (%d of %d rows are on the store: something has removed files of %s)"
                .formatted(folder, content.rows(), given, parts));
      }
      if (given == 0) {
        return Optional.empty();
      }
      store.replaceFile(whole, path());
      return Optional.of(content);
    } catch (IOException e) {
      throw new StoreException("Failed to write: " + folder + " (" + firstLine(e) + ")", e);
    }
  }

  /** Spark's committer takes a part that is gone for one that never was: rows are counted here. */
  private static long write(Dataset<Row> rows, Path parts) {
    LongAccumulator given = rows.sparkSession().sparkContext().longAccumulator();
    UDF0<Boolean> count =
        () -> {
          given.add(1);
          return true;
        };
    // Not deterministic for Spark: it calls it once a row, and where it stands.
    Column counted = functions.udf(count, DataTypes.BooleanType).asNondeterministic().apply();
    rows.filter(counted)
        .write()
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(parts.toString());
    return given.value();
  }

  /** Removes what killed attempts left of this date; for the holder of its lease. */
  public void sweep() {
    store.sweep(folder);
  }

  private Path path() {
    return new Path(folder, NAME);
  }

  private Content checked(FileStatus file) throws IOException {
    SealedFile.check(store.fileSystem(), file);
    return content(file.getPath());
  }

  private Content content(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, store.fileSystem().getConf()))) {
      Map<String, String> facts =
          reader.getFileMetaData().getKeyValueMetaData().entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(OWN))
              .collect(
                  Collectors.toMap(
                      entry -> entry.getKey().substring(OWN.length()), Map.Entry::getValue));
      long unpredicted =
          reader.getRowGroups().stream()
              .flatMap(group -> group.getColumns().stream())
              .filter(column -> column.getPath().toDotString().equals(PREDICTION))
              .mapToLong(column -> column.getStatistics().getNumNulls())
              .sum();
      return new Content(reader.getRecordCount(), unpredicted, facts);
    }
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
