package dev.lockstep.dataset;

import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Turns rows like the source's into the network's input; fitted once, on a training split.
 *
 * <p>On disk it is an MLlib {@code PipelineModel}, which leaves the numeric and categorical
 * features in the vector column {@link #VECTOR} and the array features in the float array column
 * {@link #ARRAYS}.
 */
public final class Features {
  static final String VECTOR = Names.OWN + "vector";
  static final String ARRAYS = Names.OWN + "arrays";

  private final PipelineModel model;

  Features(PipelineModel model) {
    this.model = model;
  }

  /**
   * @param path the {@code features/} directory of prepared data or of a model version
   * @throws StoreException if there is none
   */
  public static Features load(Path path) {
    try {
      return new Features(PipelineModel.load(path.toString()));
    } catch (Exception e) {
      throw new StoreException("Cannot read features: " + path + " (" + Text.firstLine(e) + ")", e);
    }
  }

  /**
   * Adds {@code features array<float>}, [features], after the rows' own columns, in place of one of
   * that name. The array is null where an array column is null, has a null in it, or has another
   * length than in training.
   *
   * @param rows with all feature columns; a label is not needed
   * @throws RejectedDataException if a feature column is missing
   */
  public Dataset<Row> transform(Dataset<Row> rows) {
    checkColumns(rows);
    Dataset<Row> transformed = model.transform(rows);
    List<String> present = Arrays.asList(transformed.columns());
    List<Column> parts = new ArrayList<>();
    if (present.contains(VECTOR)) {
      parts.add(functions.vector_to_array(transformed.col(VECTOR), "float32"));
    }
    if (present.contains(ARRAYS)) {
      parts.add(transformed.col(ARRAYS));
    }
    List<Column> selected = new ArrayList<>();
    for (String name : rows.columns()) {
      if (!name.equals(Names.FEATURES)) {
        selected.add(Names.column(name));
      }
    }
    Column features =
        parts.size() == 1
            ? parts.get(0)
            : org.apache.spark.sql.functions.concat(parts.toArray(Column[]::new));
    selected.add(features.as(Names.FEATURES));
    return transformed.select(selected.toArray(Column[]::new));
  }

  /** Ahead of MLlib, which would log a missing column as an error of its own. */
  private void checkColumns(Dataset<Row> rows) {
    String view = Names.OWN + UUID.randomUUID().toString().replace('-', '_');
    SQLTransformer types = (SQLTransformer) model.stages()[0];
    rows.createOrReplaceTempView(view);
    try {
      rows.sparkSession().sql(types.getStatement().replace("__THIS__", view));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new RejectedDataException("Cannot compute features: " + Text.firstLine(e), e);
      }
      throw e;
    } finally {
      rows.sparkSession().catalog().dropTempView(view);
    }
  }

  void save(Path path) {
    try {
      model.write().save(path.toString());
    } catch (IOException e) {
      throw new StoreException(
          "Cannot write features: " + path + " (" + Text.firstLine(e) + ")", e);
    }
  }
}
