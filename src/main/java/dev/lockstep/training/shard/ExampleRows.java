package dev.lockstep.training.shard;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Flat examples as prepared rows, which are laid out off the heap and trained on faster. */
final class ExampleRows {
  private static final StructType SCHEMA =
      new StructType()
          .add("row_id", DataTypes.LongType, false)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("label", DataTypes.FloatType, false);

  private ExampleRows() {}

  static ShardedSet.Rows of(ExampleSet examples) {
    JavaRDD<Row> rows = examples.byRowId().map(row -> row(row._1(), row._2()));
    Dataset<Row> data = SparkSession.builder().getOrCreate().createDataFrame(rows, SCHEMA);
    return new ShardedSet.Rows(data, examples.count());
  }

  private static Row row(long id, Example example) {
    return RowFactory.create(
        id, example.features()[0].values(), label(example.labels()[0].values()));
  }

  /** A one-hot label's class; another label itself. */
  private static float label(float[] values) {
    if (values.length == 1) {
      return values[0];
    }
    int number = 0;
    while (values[number] != 1) {
      number++;
    }
    return number;
  }
}
