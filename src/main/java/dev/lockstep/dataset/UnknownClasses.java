package dev.lockstep.dataset;

import dev.lockstep.validation.CheckResult;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Classes of a label of many that validation and test rows have and training rows have not, such as
 * one that came up on the last days. No network trained on these rows can name them, and a loss of
 * theirs is not defined; while they are few, they are left out, and the run goes on.
 *
 * @param classes ascending
 * @param rows of these classes
 * @param heldOut validation and test rows
 */
record UnknownClasses(String label, List<String> classes, long rows, long heldOut) {
  static final UnknownClasses NONE = new UnknownClasses("", List.of(), 0, 0);

  /** Of the validation and test rows. */
  double fraction() {
    return rows == 0 ? 0 : (double) rows / heldOut;
  }

  boolean isEmpty() {
    return classes.isEmpty();
  }

  /** The rows of other classes; the rows themselves if there is none of these. */
  Dataset<Row> without(Dataset<Row> selected) {
    if (isEmpty()) {
      return selected;
    }
    return selected.where(
        functions.not(Names.column(label).cast("string").isin(classes.toArray())));
  }

  void tell(Findings findings, Consumer<String> notices) {
    if (isEmpty()) {
      return;
    }
    findings.add(new CheckResult("held-out rows left out", label, fraction(), 0, false));
    notices.accept(
        "Warning: data.label %s: %d of %d validation and test rows are left out, as no training row has their class: %s"
            .formatted(label, rows, heldOut, Text.list(classes)));
  }
}
