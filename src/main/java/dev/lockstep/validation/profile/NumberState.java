package dev.lockstep.validation.profile;

import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Of a column of doubles. */
final class NumberState implements ColumnState {
  private static final long serialVersionUID = 1L;

  /** Beyond it squares overflow; such a number counts as missing. */
  private static final double LARGEST = 1e150;

  private final Extent extent = new Extent();
  private final Moments moments = new Moments();
  private final Histogram histogram = new Histogram();
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
      extent.add(value);
      moments.add(value);
      histogram.add(value);
    }
  }

  @Override
  public void merge(ColumnState other) {
    NumberState numbers = (NumberState) other;
    rows += numbers.rows;
    present += numbers.present;
    extent.merge(numbers.extent);
    moments.merge(numbers.moments);
    histogram.merge(numbers.histogram);
  }

  @Override
  public List<ColumnProfile> finish(String column) {
    return List.of(finish(column, Aspect.NUMBER));
  }

  ColumnProfile finish(String column, Aspect aspect) {
    return new ColumnProfile(
        column,
        aspect,
        rows,
        rows - present,
        extent.least(),
        extent.greatest(),
        moments.mean(),
        moments.deviation(),
        histogram.finish(),
        null,
        null);
  }
}
