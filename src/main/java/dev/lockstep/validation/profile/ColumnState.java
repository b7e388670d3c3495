package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** All that is gathered of a column's values. Two states of it merge to that of all their rows. */
interface ColumnState extends Serializable {
  /** Adds the value at a place of the row. */
  void add(SpecializedGetters row, int ordinal);

  /** Takes in another state of the same column, which does not change. */
  void merge(ColumnState other);

  /** One profile for each aspect of the column. */
  List<ColumnProfile> finish(String column);
}
