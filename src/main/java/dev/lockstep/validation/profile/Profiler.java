package dev.lockstep.validation.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/** Gathers the states of groups of rows in one pass over them. */
public final class Profiler {
  private Profiler() {}

  /**
   * The state of each group that has rows.
   *
   * @param rows with an int, the group, as first column, and then the profiled ones as their kinds
   *     say. Of a group below 0 rows are counted only.
   */
  public static SortedMap<Integer, RowsState> run(Dataset<Row> rows, List<ProfiledColumn> columns) {
    List<ProfiledColumn> kept = new ArrayList<>(columns);
    List<Tuple2<Integer, RowsState>> groups =
        // Rows as Spark has them: making Java objects of them would take longer than all the rest.
        rows.queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitionsToPair(part -> gather(part, kept).iterator())
            .reduceByKey(RowsState::merge)
            .collect();
    SortedMap<Integer, RowsState> states = new TreeMap<>();
    groups.forEach(group -> states.put(group._1(), group._2()));
    return states;
  }

  private static List<Tuple2<Integer, RowsState>> gather(
      Iterator<InternalRow> rows, List<ProfiledColumn> columns) {
    Map<Integer, RowsState> states = new HashMap<>();
    int last = 0;
    RowsState state = null; // of the last row, as rows of a group often come together
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      int group = row.getInt(0);
      if (state == null || group != last) {
        List<ProfiledColumn> added = group < 0 ? List.of() : columns;
        state = states.computeIfAbsent(group, key -> new RowsState(added));
        last = group;
      }
      state.add(row, 1);
    }
    return states.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .toList();
  }
}
