package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/** Rows as a network's tasks take them: what is kept of each, and its features as floats. */
final class FeatureRows {
  private FeatureRows() {}

  /** Each row's kept columns and features; these are null where the row has none. */
  static Dataset<Tuple2<Row, float[]>> of(Dataset<Row> rows, StructType kept) {
    Column[] columns =
        Arrays.stream(kept.fieldNames())
            .map(name -> col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    return rows.select(struct(columns).as("_1"), col(NetworkScorer.FEATURES).as("_2"))
        .as(
            Encoders.tuple(
                Encoders.row(kept), rows.sparkSession().implicits().newFloatArrayEncoder()));
  }

  /**
   * All columns but the features.
   *
   * @param added names of columns that come to them
   * @throws IllegalArgumentException if one of the names is taken
   */
  static StructType kept(StructType schema, List<String> added) {
    List<String> names = List.of(schema.fieldNames());
    added.stream()
        .filter(names::contains)
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "Invalid column: " + name + " (the name is kept for the prediction)");
            });
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !field.name().equals(NetworkScorer.FEATURES))
            .toArray(StructField[]::new));
  }

  /**
   * Tries the network on one row here, so that a misfit is one line and not a failed stage.
   *
   * @throws IllegalArgumentException if it does not fit the rows or the target
   */
  static void checkFit(Dataset<Row> rows, InferenceNetwork network, Target target) {
    List<float[]> first =
        rows.select(NetworkScorer.FEATURES)
            .as(rows.sparkSession().implicits().newFloatArrayEncoder())
            .takeAsList(1);
    if (!first.isEmpty()) {
      checkFit(first.get(0), network, target);
    }
  }

  /** The same by a row that is made up. */
  static void checkFit(float[] features, InferenceNetwork network, Target target) {
    try {
      network.predict(new float[][] {features}, target.width());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Cannot score rows of "
              + features.length
              + " features: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }
}
