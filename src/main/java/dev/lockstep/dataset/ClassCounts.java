package dev.lockstep.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * The classes of a label of many.
 *
 * @param training those of the training split, ascending: numbers by value, strings by characters
 * @param unseen those of validation and test alone, ascending
 * @param unseenRows rows of such a class
 * @param tooMany true if counting stopped at {@link #MOST}
 */
record ClassCounts(List<String> training, List<String> unseen, long unseenRows, boolean tooMany) {
  static final int MOST = 10_000;

  static ClassCounts of(Dataset<Row> selected, String label, DataType type) {
    List<Row> counts =
        selected
            .where(Names.column(label).isNotNull())
            .groupBy(
                Names.column(label).cast("string"),
                Names.column(Names.SPLIT).equalTo(Split.TRAIN.ordinal()))
            .agg(functions.count(functions.lit(1)))
            .limit(2 * MOST + 1)
            .collectAsList();
    Set<String> training = new HashSet<>();
    counts.stream().filter(row -> row.getBoolean(1)).forEach(row -> training.add(row.getString(0)));
    Set<String> unseen = new HashSet<>();
    long unseenRows = 0;
    for (Row row : counts) {
      if (!training.contains(row.getString(0))) {
        unseen.add(row.getString(0));
        unseenRows += row.getLong(2);
      }
    }
    boolean tooMany = training.size() + unseen.size() > MOST;
    return new ClassCounts(sorted(training, type), sorted(unseen, type), unseenRows, tooMany);
  }

  private static List<String> sorted(Set<String> classes, DataType type) {
    List<String> sorted = new ArrayList<>(classes);
    sorted.sort(
        Columns.isWholeNumber(type)
            ? Comparator.comparingLong(Long::parseLong)
            : Comparator.naturalOrder());
    return sorted;
  }
}
