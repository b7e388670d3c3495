package dev.lockstep.validation.profile;

import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Of a column of float arrays without gaps. */
final class ArrayState implements ColumnState {
  private static final long serialVersionUID = 1L;

  private final NumberState lengths = new NumberState();
  private final NumberState means = new NumberState();

  @Override
  public void add(SpecializedGetters row, int ordinal) {
    if (row.isNullAt(ordinal)) {
      lengths.add(Double.NaN);
      means.add(Double.NaN);
      return;
    }
    float[] elements = row.getArray(ordinal).toFloatArray();
    double sum = 0;
    for (float element : elements) {
      sum += element;
    }
    lengths.add(elements.length);
    means.add(sum / elements.length);
  }

  @Override
  public void merge(ColumnState other) {
    ArrayState arrays = (ArrayState) other;
    lengths.merge(arrays.lengths);
    means.merge(arrays.means);
  }

  @Override
  public List<ColumnProfile> finish(String column) {
    return List.of(lengths.finish(column, Aspect.LENGTH), means.finish(column, Aspect.MEAN));
  }
}
