package dev.lockstep.validation.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the values of a column are like; parts that do not fit its aspect are null.
 *
 * @param column its name
 * @param aspect what of the column's values is looked at
 * @param missing rows without a value: null or NaN
 * @param least of the numbers; null of none
 * @param deviation the standard deviation of the numbers
 * @param days how the single days differ; null where nobody knows the rows' days
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ColumnProfile(
    String column,
    Aspect aspect,
    long rows,
    long missing,
    Double least,
    Double greatest,
    Double mean,
    Double deviation,
    Buckets histogram,
    CategoryCounts categories,
    DayRange days) {
  /** That stand for classes: 0 and 1. */
  private static final int MOST_NUMBERS = 2;

  /** What of a column's values a profile is about. */
  public enum Aspect {
    /** The number, or the boolean as 0 or 1. */
    NUMBER,
    /** The value as text. */
    CATEGORY,
    /** How many elements the array has. */
    LENGTH,
    /** The mean of the array's elements. */
    MEAN
  }

  ColumnProfile with(DayRange range) {
    return new ColumnProfile(
        column,
        aspect,
        rows,
        missing,
        least,
        greatest,
        mean,
        deviation,
        histogram,
        categories,
        range);
  }

  public long present() {
    return rows - missing;
  }

  /**
   * Rows of each class of a label, by its text; none of numbers of more than two values, which are
   * no classes.
   */
  public SortedMap<String, Long> classes() {
    if (categories != null) {
      return categories.rows();
    }
    SortedMap<String, Long> classes = new TreeMap<>();
    for (int i = 0; i < histogram.size() && histogram.size() <= MOST_NUMBERS; i++) {
      String text = new BigDecimal(histogram.from().get(i)).stripTrailingZeros().toPlainString();
      classes.put(text, histogram.rows().get(i));
    }
    return classes;
  }

  /** Whether it has one value in all rows. */
  boolean isConstant() {
    return missing == 0
        && (categories == null ? least.equals(greatest) : categories.rows().size() == 1);
  }

  /** Name and aspect, where another than the value itself. */
  public String label() {
    return switch (aspect) {
      case NUMBER, CATEGORY -> column;
      case LENGTH -> "length of " + column;
      case MEAN -> "mean of " + column;
    };
  }
}
