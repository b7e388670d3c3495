package dev.lockstep.dataset;

import dev.lockstep.config.DataConfig;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The rows of a split of prepared data once more, through the features of another version: the same
 * row ids, labels and slices, other inputs. The rows come from the source, by their key.
 *
 * @param slices columns that the prepared data have for evaluation
 * @param date the run's logical date
 */
public record SplitReplay(
    DataConfig data,
    List<String> slices,
    Optional<LocalDate> date,
    PreparedData prepared,
    Split split) {
  private static final String KEY = Names.OWN + "key_";
  private static final String ID = Names.OWN + "row_id";
  private static final String LABEL = Names.OWN + "label";
  private static final String SLICE = Names.OWN + "slice_";
  private static final String SOURCE = Names.OWN + "source";

  /**
   * Columns row_id, the slices, label, and features by the given ones; lazy. A row that the source
   * has no more is left out, and features that cannot be computed are null.
   *
   * @throws RejectedDataException if the source lacks a column that the features need
   */
  public Dataset<Row> through(Features features, SparkSession spark) {
    try {
      Dataset<Row> transformed = features.transform(rows(spark));
      List<Column> output = new ArrayList<>(List.of(functions.col(ID).as(Names.ROW_ID)));
      for (int i = 0; i < slices.size(); i++) {
        output.add(functions.col(SLICE + i).as(slices.get(i)));
      }
      output.add(functions.col(LABEL).as(Names.LABEL));
      output.add(functions.col(Names.FEATURES));
      return transformed.select(output.toArray(Column[]::new));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new RejectedDataException(
            "Cannot read " + data.source() + " again: " + Text.firstLine(e), e);
      }
      throw e;
    }
  }

  /** All columns of the source, beside what the prepared rows know of them. */
  private Dataset<Row> rows(SparkSession spark) {
    Window window = new Window(data, date);
    List<Column> known = new ArrayList<>(List.of(functions.col(Names.ROW_ID).as(ID)));
    List<Column> found = new ArrayList<>(List.of(functions.struct(functions.col("*")).as(SOURCE)));
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < data.key().size(); i++) {
      Column key = Names.column(data.key().get(i));
      keys.add(KEY + i);
      known.add(key.as(KEY + i));
      found.add(key.as(KEY + i));
    }
    for (int i = 0; i < slices.size(); i++) {
      known.add(Names.column(slices.get(i)).as(SLICE + i));
    }
    known.add(functions.col(Names.LABEL).as(LABEL));
    Dataset<Row> samples =
        spark.read().parquet(prepared.path(split).toString()).select(known.toArray(Column[]::new));
    Dataset<Row> source =
        window.apply(Source.open(spark, data.source())).select(found.toArray(Column[]::new));
    List<Column> all = new ArrayList<>(List.of(functions.col(SOURCE + ".*")));
    for (String name : samples.columns()) {
      if (!name.startsWith(KEY)) {
        all.add(functions.col(name));
      }
    }
    return source
        .join(samples, keys.toArray(String[]::new), "inner")
        .select(all.toArray(Column[]::new));
  }
}
