package dev.lockstep.dataset;

import dev.lockstep.config.FeaturesConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Numbers are finite where there are any, and the arrays of a column have one length and no gaps.
 */
final class FeatureInspection implements Inspection {
  /** Its square and the sum of such squares are finite. */
  private static final double LARGEST = 1e140;

  private static final long MOST_VALUES = 10_000;

  private final Map<String, Numbers> numeric = new LinkedHashMap<>();
  private final Map<String, Supplier<Object>> values = new LinkedHashMap<>();
  private final Map<String, Arrays> arrays = new LinkedHashMap<>();

  private record Numbers(
      Supplier<Object> least,
      Supplier<Object> greatest,
      Supplier<Object> present,
      Supplier<Object> magnitude) {}

  private record Arrays(
      Supplier<Object> shortest,
      Supplier<Object> longest,
      Supplier<Object> missing,
      Supplier<Object> unfit) {}

  /**
   * What is known of a numeric column.
   *
   * @param least of the training rows
   * @param greatest of the training rows
   * @param present training rows with a value
   * @param magnitude the greatest absolute value of all rows
   */
  record Range(double least, double greatest, long present, double magnitude) {}

  FeatureInspection(Columns columns, OnePass pass) {
    Column inTraining = Names.column(Names.SPLIT).equalTo(Split.TRAIN.ordinal());
    for (String name : columns.data().features().numeric()) {
      Column value = Numeric.valueOrNull(Names.column(name));
      Column trained = functions.when(inTraining, value);
      numeric.put(
          name,
          new Numbers(
              pass.value(functions.min(trained)),
              pass.value(functions.max(trained)),
              pass.value(functions.count(trained)),
              pass.value(functions.max(functions.abs(value)))));
    }
    if (columns.data().features().encoding() == FeaturesConfig.Encoding.ONE_HOT) {
      for (String name : columns.data().features().categorical()) {
        values.put(name, pass.value(functions.approx_count_distinct(Names.column(name))));
      }
    }
    for (String name : columns.data().features().arrays()) {
      Column value = Names.column(name);
      Column length = functions.when(value.isNotNull(), functions.size(value));
      Column unfit = functions.exists(value, element -> functions.not(isFloat(element)));
      arrays.put(
          name,
          new Arrays(
              pass.value(functions.min(length)),
              pass.value(functions.max(length)),
              pass.value(functions.count(functions.when(value.isNull(), 1))),
              pass.value(functions.count(functions.when(unfit, 1)))));
    }
  }

  @Override
  public void report(Findings findings, long rows) {
    numeric.forEach(
        (name, numbers) -> {
          if ((Long) numbers.present().get() == 0) {
            findings.problem(
                "Invalid data.features.numeric column %s: no training row has a value (leave it out)"
                    .formatted(name));
          } else if (!(range(name).magnitude() <= LARGEST)) {
            findings.problem(
                "Invalid data.features.numeric column %s: values of magnitude %s (at most %s)"
                    .formatted(name, range(name).magnitude(), LARGEST));
          }
        });
    values.forEach(
        (name, count) -> {
          if ((Long) count.get() > MOST_VALUES) {
            findings.problem(
                "Invalid data.features.categorical column %s: about %d values (one-hot takes at most %d; try hashed)"
                    .formatted(name, (Long) count.get(), MOST_VALUES));
          }
        });
    arrays.forEach((name, found) -> reportArrays(findings, rows, name, found));
  }

  /** Once run: elements in each array of the column. */
  int length(String array) {
    return (Integer) arrays.get(array).longest().get();
  }

  /** Once run. */
  Range range(String name) {
    Numbers numbers = numeric.get(name);
    return new Range(
        (Double) numbers.least().get(),
        (Double) numbers.greatest().get(),
        (Long) numbers.present().get(),
        (Double) numbers.magnitude().get());
  }

  private static void reportArrays(Findings findings, long rows, String name, Arrays found) {
    String column = "Invalid data.features.arrays column " + name + ": ";
    long missing = (Long) found.missing().get();
    if (missing > 0) {
      findings.problem(
          column + "%d of %d rows have none (every row needs one)".formatted(missing, rows));
    }
    Integer shortest = (Integer) found.shortest().get();
    Integer longest = (Integer) found.longest().get();
    if (shortest != null && !shortest.equals(longest)) {
      findings.problem(
          column + "lengths %d to %d (must be the same in all rows)".formatted(shortest, longest));
    } else if (longest != null && longest == 0) {
      findings.problem(column + "length 0 (must have elements)");
    }
    if ((Long) found.unfit().get() > 0) {
      findings.problem(
          column
              + "%d of %d rows hold a null, NaN or infinity (must be finite float32)"
                  .formatted((Long) found.unfit().get(), rows));
    }
  }

  private static Column isFloat(Column element) {
    Column magnitude = functions.abs(element.cast("float"));
    return functions.coalesce(magnitude.leq(functions.lit(Float.MAX_VALUE)), functions.lit(false));
  }
}
