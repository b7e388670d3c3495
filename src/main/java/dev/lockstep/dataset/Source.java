package dev.lockstep.dataset;

import dev.lockstep.storage.Causes;
import dev.lockstep.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where the rows come from: a Parquet folder or file on any Hadoop file system, else a catalog
 * table.
 */
public final class Source {
  private static final Pattern TABLE = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");

  private static final Pattern READING =
      Pattern.compile(
          "^(?:Encountered error while reading|Parquet column .* in) file (\\S+?)\\.? ");

  private Source() {}

  /**
   * All rows, unread.
   *
   * @throws RejectedDataException if there is no such source, or it is not Parquet
   * @throws StoreException if its file system cannot be read
   */
  static Dataset<Row> open(SparkSession spark, String name) {
    if (isFile(spark.sessionState().newHadoopConf(), name)) {
      return parquet(spark, name);
    }
    if (mayBeTable(name) && spark.catalog().tableExists(name)) {
      return spark.table(name);
    }
    throw new RejectedDataException(
        "Missing source: " + name + " (no such folder, URI or catalog table)");
  }

  /**
   * Whether there is such a folder or file, which comes before a table of the name.
   *
   * @throws RejectedDataException if its file system is of no known kind
   * @throws StoreException if its file system cannot be read
   */
  public static boolean isFile(Configuration hadoop, String name) {
    try {
      Path path = new Path(name);
      return path.getFileSystem(hadoop).exists(path);
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new RejectedDataException(
          "Unsupported source: " + name + " (" + Text.firstLine(e) + ")", e);
    } catch (IOException e) {
      throw new StoreException("Cannot read source: " + name + " (" + Text.firstLine(e) + ")", e);
    }
  }

  /** Whether a table can have the name. */
  public static boolean mayBeTable(String name) {
    return TABLE.matcher(name).matches();
  }

  /** The rejection that a failure while rows were read stands for, if a file is at fault. */
  static Optional<RejectedDataException> brokenFile(String name, Exception failure) {
    boolean isBroken = false;
    String file = "";
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Matcher reading = READING.matcher(message);
      if (reading.find()) {
        file = reading.group(1) + ": ";
      }
      isBroken |=
          !file.isEmpty()
              || cause.getClass().getName().startsWith("org.apache.parquet.")
              || message.contains("is not a Parquet file");
      root = cause;
    }
    if (!isBroken || root instanceof FileNotFoundException) {
      return Optional.empty();
    }
    return Optional.of(
        new RejectedDataException(
            "Invalid source: " + name + " (broken file: " + file + Text.firstLine(root) + ")",
            failure));
  }

  private static Dataset<Row> parquet(SparkSession spark, String name) {
    try {
      Dataset<Row> rows = spark.read().parquet(name);
      if (rows.schema().isEmpty()) {
        throw new RejectedDataException("Invalid source: " + name + " (no columns)");
      }
      return rows;
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new RejectedDataException("Invalid source: " + name + " (no Parquet files in it)", e);
      }
      if (e instanceof SparkException) {
        if (Causes.root(e) instanceof FileNotFoundException) {
          throw new StoreException(
              "Cannot read source: " + name + " (" + Text.firstLine(Causes.root(e)) + ")", e);
        }
        throw new RejectedDataException("Invalid source: " + name + " (not Parquet)", e);
      }
      throw e;
    }
  }
}
