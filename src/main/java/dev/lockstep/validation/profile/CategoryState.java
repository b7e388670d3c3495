package dev.lockstep.validation.profile;

import dev.lockstep.validation.profile.ColumnProfile.Aspect;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Of a column of texts. */
final class CategoryState implements ColumnState {
  private static final long serialVersionUID = 1L;

  private final Categories categories = new Categories();
  private long rows;
  private long missing;

  @Override
  public void add(SpecializedGetters row, int ordinal) {
    rows++;
    if (row.isNullAt(ordinal)) {
      missing++;
    } else {
      categories.add(row.getUTF8String(ordinal));
    }
  }

  @Override
  public void merge(ColumnState other) {
    CategoryState texts = (CategoryState) other;
    rows += texts.rows;
    missing += texts.missing;
    categories.merge(texts.categories);
  }

  @Override
  public List<ColumnProfile> finish(String column) {
    CategoryCounts counts = new CategoryCounts(categories.isGrouped(), categories.finish());
    return List.of(
        new ColumnProfile(
            column, Aspect.CATEGORY, rows, missing, null, null, null, null, null, counts, null));
  }
}
