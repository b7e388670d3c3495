package dev.lockstep.validation.profile;

import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/**
 * Of a column of doubles.
 *
 * <p>While the histogram counts each number on its own, it knows all that a summary does, so none
 * is kept: adding a row to exact sums takes several times as long as counting it. A summary of the
 * counts is, to the bit, the one that the rows would have made.
 */
final class NumberState implements ColumnState {
  private static final long serialVersionUID = 1L;

  /** Beyond it squares overflow; such a number counts as missing. */
  private static final double LARGEST = 1e150;

  private final Histogram histogram = new Histogram();
  private Summary summary; // null while the histogram is exact
  private long rows;
  private long present;

  @Override
  public void add(SpecializedGetters row, int ordinal) {
    if (row.isNullAt(ordinal)) {
      rows++;
    } else {
      add(row.getDouble(ordinal));
    }
  }

  void add(double value) {
    rows++;
    if (Math.abs(value) <= LARGEST) {
      present++;
      if (summary != null) {
        summary.add(value);
      }
      histogram.add(value);
      if (histogram.hasTooMany()) {
        coarsen();
      }
    }
  }

  @Override
  public void merge(ColumnState other) {
    NumberState numbers = (NumberState) other;
    rows += numbers.rows;
    present += numbers.present;
    if (summary != null || numbers.summary != null) {
      summary = summary();
      summary.merge(numbers.summary());
    }
    histogram.merge(numbers.histogram);
    if (histogram.hasTooMany()) {
      coarsen();
    }
  }

  @Override
  public List<ColumnProfile> finish(String column) {
    return List.of(finish(column, Aspect.NUMBER));
  }

  ColumnProfile finish(String column, Aspect aspect) {
    Summary all = summary();
    return new ColumnProfile(
        column,
        aspect,
        rows,
        rows - present,
        all.extent().least(),
        all.extent().greatest(),
        all.moments().mean(),
        all.moments().deviation(),
        histogram.finish(),
        null,
        null);
  }

  /** Takes the summary while the histogram still has all of it. */
  private void coarsen() {
    summary = summary();
    histogram.coarsen();
  }

  private Summary summary() {
    if (summary != null) {
      return summary;
    }
    Summary counted = new Summary();
    histogram.addTo(counted);
    return counted;
  }
}
