package dev.lockstep.config;

import java.util.List;

/**
 * The columns that become the network's input, in this order: numeric, categorical, arrays.
 *
 * @param numeric number or boolean columns: missing values imputed by the median, then scaled to
 *     mean 0 and standard deviation 1, both fitted on the training split
 * @param categorical string, whole-number or boolean columns, encoded as {@code encoding} says
 * @param arrays columns of fixed-length {@code array<float>} or {@code array<double>}, taken as
 *     they are
 * @param hashBuckets the width that all categorical columns together take when hashed
 */
public record FeaturesConfig(
    List<String> numeric,
    List<String> categorical,
    List<String> arrays,
    Encoding encoding,
    int hashBuckets) {

  /** How a categorical column becomes numbers. */
  public enum Encoding {
    /** A unit for each value of the training split, and one for all values not seen there. */
    ONE_HOT,
    /** A fixed width, by hash of column and value: for columns of very many values. */
    HASHED
  }
}
