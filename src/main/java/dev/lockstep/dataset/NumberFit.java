package dev.lockstep.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Medians, means and standard deviations of numeric columns, in one pass.
 *
 * <p>Missing values count as the median. A median is exact up to {@link #MEDIAN_VALUES} values,
 * else from a sample that the rows' keys choose.
 *
 * @param names of the columns
 * @param standardDeviations 0 for a constant column
 */
record NumberFit(String[] names, double[] medians, double[] means, double[] standardDeviations) {
  /** A sample of that size is off by about 0.1 % of ranks. */
  private static final long MEDIAN_VALUES = 200_000;

  /** For all columns together, as they are gathered on the driver. */
  private static final long MOST_VALUES = 20_000_000;

  /**
   * @param names of columns of doubles in {@code training}, in the order of the numeric features
   */
  static NumberFit of(
      Columns columns, FeatureInspection inspection, Dataset<Row> training, String[] names) {
    List<String> numeric = columns.data().features().numeric();
    long values = Math.min(MEDIAN_VALUES, MOST_VALUES / names.length);
    double[] centers = new double[names.length];
    double[] shares = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      FeatureInspection.Range range = inspection.range(numeric.get(i));
      centers[i] = (range.least() + range.greatest()) / 2;
      shares[i] = (double) values / range.present();
    }
    List<Column> selected = new ArrayList<>();
    selected.add(SplitRule.fraction("median", columns));
    Stream.of(names).map(functions::col).forEach(selected::add);
    List<NumberSums> parts =
        training
            .select(selected.toArray(Column[]::new))
            .javaRDD()
            .mapPartitions(rows -> List.of(new NumberSums(centers, shares).addAll(rows)).iterator())
            .collect();
    NumberSums sums = parts.stream().reduce(new NumberSums(centers, shares), NumberSums::merge);
    return new NumberFit(names, sums.medians(), sums.means(), sums.standardDeviations());
  }

  /** One row, as MLlib's imputer keeps it. */
  Dataset<Row> medians(SparkSession spark) {
    StructField[] fields =
        Arrays.stream(names)
            .map(name -> DataTypes.createStructField(name, DataTypes.DoubleType, false))
            .toArray(StructField[]::new);
    Row row = RowFactory.create(Arrays.stream(medians).boxed().toArray());
    return spark.createDataFrame(List.of(row), new StructType(fields));
  }
}
