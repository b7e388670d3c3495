package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.util.KnownSizeEstimation;

/**
 * All that is gathered of some rows. Whatever parts they come in and in whatever order, merged
 * states finish to the same bits.
 */
public final class RowsState implements Serializable, KnownSizeEstimation {
  private static final long serialVersionUID = 1L;

  /** About what a column takes; Spark would look at every object to find out. */
  private static final long COLUMN_BYTES = 16L << 10;

  /** Of the columns; no records, whose fields Kryo cannot reach. */
  private final String[] names;

  private final ColumnState[] states;
  private long rows;

  public RowsState(List<ProfiledColumn> columns) {
    this.names = columns.stream().map(ProfiledColumn::name).toArray(String[]::new);
    this.states = columns.stream().map(RowsState::state).toArray(ColumnState[]::new);
  }

  /**
   * Adds a row.
   *
   * @param first place of the first column's value; the others' follow
   */
  void add(SpecializedGetters row, int first) {
    rows++;
    for (int i = 0; i < states.length; i++) {
      states[i].add(row, first + i);
    }
  }

  /** Takes in another state of the same columns, which does not change. */
  public RowsState merge(RowsState other) {
    rows += other.rows;
    for (int i = 0; i < states.length; i++) {
      states[i].merge(other.states[i]);
    }
    return this;
  }

  @Override
  public long estimatedSize() {
    return COLUMN_BYTES * (states.length + 1);
  }

  public long rows() {
    return rows;
  }

  public List<ColumnProfile> finish() {
    List<ColumnProfile> profiles = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      profiles.addAll(states[i].finish(names[i]));
    }
    return profiles;
  }

  private static ColumnState state(ProfiledColumn column) {
    return switch (column.kind()) {
      case NUMBER -> new NumberState();
      case CATEGORY -> new CategoryState();
      case ARRAY -> new ArrayState();
    };
  }
}
