package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rank statistic of every slice over all distinct scores, distributed.
 *
 * <p>Rows are counted per slice and score, the counts are sorted by slice and score over the
 * partitions, each partition sums up its run of scores, and the driver appends the runs in order:
 * it sees one statistic a slice and partition, never the scores.
 */
final class RankPass {
  private RankPass() {}

  /** The statistics by slice, of rows with columns as {@link ScoredRow} reads them. */
  static Map<String, RankStatistic> bySlice(Dataset<Row> rows) {
    Dataset<Row> ties =
        rows.select(
                explode(col(ScoredRow.SLICES)).as("slice"),
                col(ScoredRow.PREDICTION).as("score"),
                col(ScoredRow.LABEL).cast("long").as("positive"))
            .groupBy("slice", "score")
            .agg(sum("positive").as("positives"), count(lit(1)).as("rows"))
            .orderBy("slice", "score");
    List<Map<String, RankStatistic>> runs =
        ties.toJavaRDD().mapPartitions(RankPass::runs).collect();
    Map<String, RankStatistic> statistics = new LinkedHashMap<>();
    for (Map<String, RankStatistic> partition : runs) {
      partition.forEach((slice, run) -> statistics.merge(slice, run, RankStatistic::then));
    }
    return statistics;
  }

  private static Iterator<Map<String, RankStatistic>> runs(Iterator<Row> ties) {
    Map<String, RankStatistic> runs = new LinkedHashMap<>();
    while (ties.hasNext()) {
      Row tie = ties.next();
      long positives = tie.getLong(2);
      RankStatistic next = RankStatistic.ofTies(positives, tie.getLong(3) - positives);
      runs.merge(tie.getString(0), next, RankStatistic::then);
    }
    return List.of(runs).iterator();
  }
}
