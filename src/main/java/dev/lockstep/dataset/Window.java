package dev.lockstep.dataset;

import dev.lockstep.config.DataConfig;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.validation.CheckResult;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The days whose rows a run uses: after {@code last - window}, up to and including {@code last}.
 *
 * @param last the logical date; absent: rows of all days, and of none
 */
record Window(DataConfig data, Optional<LocalDate> last) {

  Window {
    if (last.isPresent() && data.date().isEmpty()) {
      throw new InvalidConfigException(
          "Missing data.date: a run for "
              + last.get()
              + " needs it (name the column with the day)");
    }
  }

  /** The source's rows that the run uses. */
  Dataset<Row> apply(Dataset<Row> source) {
    Dataset<Row> rows = source;
    if (!data.where().isBlank()) {
      rows = rows.where(SqlPredicate.parse("data.where", data.where(), source));
    }
    if (last.isPresent()) {
      rows = rows.where(day().leq(functions.lit(last.get())));
      if (first().isPresent()) {
        rows = rows.where(day().geq(functions.lit(first().get())));
      }
    }
    return rows;
  }

  /** The column with the day, as a date. */
  Column day() {
    return Names.column(data.date().orElseThrow()).cast("date");
  }

  /** Why there is no row: tells an empty source from settings that leave nothing of it. */
  RejectedDataException noRows(Dataset<Row> source) {
    Column none = functions.lit(null).cast("date");
    Column date = data.date().isPresent() ? day() : none;
    Row range =
        source
            .agg(functions.count(functions.lit(1)), functions.min(date), functions.max(date))
            .head();
    if (range.getLong(0) == 0) {
      return rejected("Invalid source: " + data.source() + " (it has no rows)");
    }
    String where = data.where().isBlank() ? "" : " where " + data.where();
    if (last.isEmpty()) {
      return rejected(
          "Missing rows: %s has none%s (of %d rows)"
              .formatted(data.source(), where, range.getLong(0)));
    }
    String days = first().map(day -> day + " to " + last.get()).orElse("up to " + last.get());
    String has =
        range.isNullAt(1)
            ? "its rows have no dates"
            : "its dates go from " + range.get(1) + " to " + range.get(2);
    return rejected(
        "Missing rows: %s has none in %s%s (%s)".formatted(data.source(), days, where, has));
  }

  private static RejectedDataException rejected(String problem) {
    return new RejectedDataException(
        List.of(problem), List.of(CheckResult.of("window has rows", null, 0, 1)));
  }

  private Optional<LocalDate> first() {
    return data.windowDays().isPresent()
        ? last.map(day -> day.minusDays(data.windowDays().getAsInt() - 1L))
        : Optional.empty();
  }
}
