package dev.lockstep.dataset;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Numbers the rows of each split from 0 in the order of their keys, without gathering them in one
 * place.
 */
final class RowIds {
  /** Spark's ids count the rows of a partition in the lower 33 bits. */
  private static final long PLACE_IN_PARTITION = (1L << 33) - 1;

  private RowIds() {}

  /**
   * @param sorted globally by split and key, and cached, so that partitions keep their rows
   * @param splits the rows of each split
   */
  static Dataset<Row> add(Dataset<Row> sorted, SplitInspection splits) {
    Column partition = functions.spark_partition_id();
    Column place =
        functions.monotonically_increasing_id().bitwiseAND(functions.lit(PLACE_IN_PARTITION));
    Column starts = functions.lit(partitionStarts(sorted));
    return sorted.withColumn(
        Names.ROW_ID,
        place.plus(functions.element_at(starts, partition.plus(1))).minus(splitStart(splits)));
  }

  /** For each partition the number of rows in those before it. */
  private static long[] partitionStarts(Dataset<Row> sorted) {
    List<Long> sizes =
        sorted
            .select(functions.lit(1))
            .javaRDD()
            .mapPartitions(rows -> List.of(count(rows)).iterator())
            .collect();
    long[] starts = new long[sizes.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + sizes.get(i - 1);
    }
    return starts;
  }

  private static long count(Iterator<?> rows) {
    long count = 0;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return count;
  }

  private static Column splitStart(SplitInspection splits) {
    long train = splits.rows(Split.TRAIN);
    Column split = Names.column(Names.SPLIT);
    return functions
        .when(split.equalTo(Split.TRAIN.ordinal()), 0L)
        .when(split.equalTo(Split.VALIDATION.ordinal()), train)
        .otherwise(train + splits.rows(Split.VALIDATION));
  }
}
