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
  /** Whether the row's values have changed: the prepared features are not what they make now. */
  public static final String RESTATED = Names.OWN + "restated";

  private static final String PREPARED = Names.OWN + "prepared";
  private static final String AGAIN = Names.OWN + "again";
  private static final String KEY = Names.OWN + "key_";
  private static final String ID = Names.OWN + "row_id";
  private static final String LABEL = Names.OWN + "label";
  private static final String SLICE = Names.OWN + "slice_";
  private static final String SOURCE = Names.OWN + "source";

  /**
   * Columns row_id, the slices, label, {@link #RESTATED}, and features by the given ones; lazy. A
   * row that the source has no more is left out, and features that cannot be computed are null.
   *
   * @throws RejectedDataException if the source lacks a column that the features need
   */
  public Dataset<Row> through(Features features, SparkSession spark) {
    try {
      Dataset<Row> again = with(Features.load(prepared.features()), rows(spark), AGAIN);
      Dataset<Row> transformed = with(features, again, Names.FEATURES);
      List<Column> output = new ArrayList<>(List.of(functions.col(ID).as(Names.ROW_ID)));
      for (int i = 0; i < slices.size(); i++) {
        output.add(functions.col(SLICE + i).as(slices.get(i)));
      }
      output.add(functions.col(LABEL).as(Names.LABEL));
      Column same = functions.col(AGAIN).eqNullSafe(functions.col(PREPARED));
      output.add(functions.not(same).as(RESTATED));
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

  /** The rows and their features under a name; none of their columns has one of the source's. */
  private static Dataset<Row> with(Features features, Dataset<Row> rows, String name) {
    Dataset<Row> transformed =
        features.transform(rows.select(functions.col(SOURCE + ".*"), functions.col("*")));
    List<Column> columns = new ArrayList<>();
    for (String column : rows.columns()) {
      columns.add(functions.col(column));
    }
    columns.add(functions.col(Names.FEATURES).as(name));
    return transformed.select(columns.toArray(Column[]::new));
  }

  /** All columns of the source as one, beside what the prepared rows know of them. */
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
    known.add(functions.col(Names.FEATURES).as(PREPARED));
    Dataset<Row> samples =
        spark.read().parquet(prepared.path(split).toString()).select(known.toArray(Column[]::new));
    Dataset<Row> source =
        window.apply(Source.open(spark, data.source())).select(found.toArray(Column[]::new));
    List<Column> all = new ArrayList<>(List.of(functions.col(SOURCE)));
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
