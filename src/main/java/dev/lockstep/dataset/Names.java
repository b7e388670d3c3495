package dev.lockstep.dataset;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Column names: of the user, that may hold any character, and of this package's own columns. */
final class Names {
  static final String ROW_ID = "row_id";
  static final String FEATURES = "features";
  static final String LABEL = "label";

  /** The event's day, where the column of {@code data.date} cannot hold it. */
  static final String DAY = "event_date";

  /** In front of columns that exist only while data are prepared. */
  static final String OWN = "__lockstep_";

  static final String SPLIT = OWN + "split";

  private Names() {}

  static Column column(String name) {
    return functions.col(quoted(name));
  }

  static Column[] columns(List<String> names) {
    return names.stream().map(Names::column).toArray(Column[]::new);
  }

  /** As an identifier in SQL. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** The names most like the wanted one, nearest first, at most three. */
  static String nearest(String wanted, List<String> names) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String lower = wanted.toLowerCase(Locale.ROOT);
    return String.join(
        ", ",
        names.stream()
            .sorted(
                Comparator.comparing(
                        (String name) -> distance.apply(lower, name.toLowerCase(Locale.ROOT)))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(3)
            .toList());
  }
}
