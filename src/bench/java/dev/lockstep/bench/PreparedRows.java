package dev.lockstep.bench;

import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A workload's samples as a prepared split: row_id from 0, features, label. */
public final class PreparedRows {
  private static final StructType SCHEMA =
      new StructType()
          .add("row_id", DataTypes.LongType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("label", DataTypes.DoubleType);

  private PreparedRows() {}

  /** Samples [from, to), made where and when they are read. */
  public static Dataset<Row> of(SparkSession spark, Workload workload, long from, long to) {
    MapFunction<Long, Row> row =
        id -> {
          float[] features = workload.features(id + from);
          return RowFactory.create(id, features, (double) workload.label(features));
        };
    return spark.range(0, to - from, 1, 2).map(row, Encoders.row(SCHEMA));
  }
}
