package dev.lockstep.dataset;

import dev.lockstep.config.DataConfig;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.StoreException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that a version scores: of a source like the training data's, but without a label.
 *
 * <p>A row keeps its key, and has the event's day as {@link #DAY} where {@code data.date} names its
 * column. Where that column is part of the key and called {@code date}, {@link #DAY} stands for it,
 * for predictions have a {@code date} of their own.
 */
public final class ScoringRows {
  /** The event's day. */
  public static final String DAY = Names.DAY;

  private static final String OWN_DAY = Names.OWN + "day";

  private final DataConfig data;
  private final Request request;
  private final Dataset<Row> source;

  private ScoringRows(DataConfig data, Request request, Dataset<Row> source) {
    this.data = data;
    this.request = request;
    this.source = source;
  }

  /**
   * Which rows.
   *
   * @param source a Parquet folder, a Hadoop URI or the name of a catalog table
   * @param where a SQL predicate; empty for all rows
   * @param day the only day whose rows are wanted
   */
  public record Request(String source, String where, Optional<LocalDate> day) {}

  /**
   * The rows, unread.
   *
   * @throws RejectedDataException if there is no such source, or it lacks the key or the day
   * @throws InvalidConfigException if a day is asked for without {@code data.date}
   * @throws StoreException if the source cannot be read
   */
  public static ScoringRows open(SparkSession spark, DataConfig data, Request request) {
    if (request.day().isPresent() && data.date().isEmpty()) {
      throw new InvalidConfigException(
          "Missing data.date: scoring a day needs it (name the column with the day)");
    }
    Dataset<Row> source = Source.open(spark, request.source());
    Columns.checkForScoring(source.schema(), data, request.day().isPresent());
    return new ScoringRows(data, request, source);
  }

  /**
   * The kept columns, then the features as {@link Features#transform} makes them.
   *
   * @param taken names, in lower case, that predictions have for something else
   * @throws RejectedDataException if a column of the features is missing, or one of the key has a
   *     taken name
   * @throws InvalidConfigException if the predicate is wrong
   */
  public Dataset<Row> withFeatures(Features features, List<String> taken) {
    List<Column> columns = new ArrayList<>();
    for (String name : keptKey()) {
      refuseTaken(name, taken);
      columns.add(Names.column(name));
    }
    if (hasDay()) {
      columns.add(functions.col(OWN_DAY).as(DAY));
    }
    columns.add(functions.col(Names.FEATURES));
    Dataset<Row> rows = hasDay() ? selected().withColumn(OWN_DAY, day()) : selected();
    return features.transform(rows).select(columns.toArray(Column[]::new));
  }

  /** The files that the source has now; none if it is not made of files. */
  public List<String> files() {
    return List.of(source.inputFiles());
  }

  /** Why there is no row: tells an empty source from a day without rows. */
  public RejectedDataException none() {
    String where = request.where().isBlank() ? "" : " where " + request.where();
    if (request.day().isEmpty()) {
      return new RejectedDataException(
          "Missing rows to score: %s has none%s".formatted(request.source(), where));
    }
    Row range = source.agg(functions.min(day()), functions.max(day())).head();
    String has =
        range.isNullAt(0)
            ? "it has no rows"
            : "its dates go from " + range.get(0) + " to " + range.get(1);
    return new RejectedDataException(
        "Missing rows to score: %s has none on %s%s (%s)"
            .formatted(request.source(), request.day().get(), where, has));
  }

  /** The failure in one line where a file of the source is at fault, else as it is. */
  public RuntimeException explained(RuntimeException failure) {
    return Source.brokenFile(request.source(), failure)
        .map(RuntimeException.class::cast)
        .orElse(failure);
  }

  private Dataset<Row> selected() {
    Dataset<Row> rows = source;
    if (!request.where().isBlank()) {
      rows = rows.where(SqlPredicate.parse("score.where", request.where(), source));
    }
    if (request.day().isPresent()) {
      rows = rows.where(day().equalTo(functions.lit(request.day().get())));
    }
    return rows;
  }

  private List<String> keptKey() {
    StructType schema = source.schema();
    return data.key().stream()
        .filter(
            name ->
                !(name.equalsIgnoreCase("date")
                    && data.date().filter(name::equals).isPresent()
                    && schema.apply(name).dataType().equals(DataTypes.DateType)))
        .toList();
  }

  private static void refuseTaken(String name, List<String> taken) {
    if (taken.stream().anyMatch(name::equalsIgnoreCase) || name.equalsIgnoreCase(DAY)) {
      throw new RejectedDataException(
          "Unsupported column name: %s (predictions have a column of that name; rename it in the source)"
              .formatted(name));
    }
  }

  private boolean hasDay() {
    return data.date().filter(Arrays.asList(source.columns())::contains).isPresent();
  }

  private Column day() {
    return Names.column(data.date().orElseThrow()).cast("date");
  }
}
