package dev.lockstep.dataset;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.SplitConfig;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Which split a row is in, as a column: the ordinal of {@link Split}. */
final class SplitRule {
  private static final String SALT = "split";
  private static final double TWO_TO_53 = 0x1p53;

  private SplitRule() {}

  /** By days without a logical date, the last day is the rows' own. */
  static Column of(SplitConfig split, Columns columns, Window window, Dataset<Row> rows) {
    if (split instanceof SplitConfig.ByHash byHash) {
      return byHash(byHash, columns);
    }
    SplitConfig.ByDays byDays = (SplitConfig.ByDays) split;
    if (columns.data().date().isEmpty()) {
      throw new InvalidConfigException("Missing data.date: a split by days needs it");
    }
    Optional<LocalDate> last = window.last().or(() -> lastDay(window, rows));
    return last.map(day -> byDays(byDays, window.day(), day))
        .orElse(functions.lit(Split.TRAIN.ordinal()));
  }

  /**
   * A number in [0, 1) that depends on the key alone, the same for ever: xxHash64 (seed 42) over
   * the salt and the key's columns, whole numbers as 64 bits; its upper 53 bits are the fraction.
   */
  static Column fraction(String salt, Columns columns) {
    List<String> key = columns.data().key();
    Column[] hashed = new Column[key.size() + 1];
    hashed[0] = functions.lit(salt);
    for (int i = 0; i < key.size(); i++) {
      Column column = Names.column(key.get(i));
      hashed[i + 1] =
          Columns.isWholeNumber(columns.type(key.get(i))) ? column.cast("bigint") : column;
    }
    return functions
        .shiftrightunsigned(functions.xxhash64(hashed), 11)
        .cast("double")
        .divide(functions.lit(TWO_TO_53));
  }

  /** Test rows first, so that another validation fraction leaves them where they are. */
  private static Column byHash(SplitConfig.ByHash split, Columns columns) {
    Column fraction = fraction(SALT, columns);
    return choose(
        fraction.lt(functions.lit(split.test())),
        fraction.lt(functions.lit(split.test() + split.validation())));
  }

  private static Column byDays(SplitConfig.ByDays split, Column day, LocalDate last) {
    LocalDate lastBeforeTest = last.minusDays(split.testDays());
    return choose(
        day.gt(functions.lit(lastBeforeTest)),
        day.gt(functions.lit(lastBeforeTest.minusDays(split.validationDays()))));
  }

  private static Column choose(Column isTest, Column isValidationOrTest) {
    return functions
        .when(isTest, Split.TEST.ordinal())
        .when(isValidationOrTest, Split.VALIDATION.ordinal())
        .otherwise(Split.TRAIN.ordinal());
  }

  private static Optional<LocalDate> lastDay(Window window, Dataset<Row> rows) {
    Object day = rows.agg(functions.max(window.day())).head().get(0);
    if (day instanceof LocalDate date) {
      return Optional.of(date);
    }
    return Optional.ofNullable((Date) day).map(Date::toLocalDate);
  }
}
