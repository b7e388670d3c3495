package dev.lockstep.dataset;

import dev.lockstep.config.Task;
import dev.lockstep.validation.CheckResult;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Every row has a label that fits the task, and there are at least two classes to tell apart. */
final class LabelInspection implements Inspection {
  private final Columns columns;
  private final String label;
  private final Task task;
  private final Dataset<Row> selected;
  private final LongSupplier missing;
  private final LongSupplier unfit;
  private final LongSupplier zeros;
  private final LongSupplier ones;
  private final LongSupplier heldOut;
  private final OptionalDouble mostUnseen;
  private List<String> classes = List.of();
  private UnknownClasses unknown = UnknownClasses.NONE;

  LabelInspection(Columns columns, Dataset<Row> selected, OnePass pass, OptionalDouble mostUnseen) {
    this.columns = columns;
    this.mostUnseen = mostUnseen;
    this.label = columns.data().label();
    this.task = columns.data().task();
    this.selected = selected;
    Column isMissing = isMissing();
    Column value = Names.column(label).cast("double");
    Column inTraining = Names.column(Names.SPLIT).equalTo(Split.TRAIN.ordinal());
    Column fits =
        switch (task) {
          case BINARY -> value.isin(0.0, 1.0);
          case MULTICLASS -> functions.lit(true);
          case REGRESSION -> functions.abs(value).leq(functions.lit(Double.MAX_VALUE));
        };
    missing = pass.count(isMissing);
    unfit = pass.count(functions.not(isMissing).and(functions.not(fits)));
    heldOut = pass.count(functions.not(inTraining));
    zeros = pass.count(inTraining.and(value.equalTo(0.0)));
    ones = pass.count(inTraining.and(value.equalTo(1.0)));
  }

  @Override
  public void report(Findings findings, long rows) {
    findings.check(
        CheckResult.of("not null", label, fraction(missing.getAsLong(), rows), 1),
        "Invalid data.label %s: %d of %d rows have none (every row needs one; data.where can leave rows out)"
            .formatted(label, missing.getAsLong(), rows));
    switch (task) {
      case BINARY -> reportBinary(findings, rows);
      case MULTICLASS -> reportMulticlass(findings, rows);
      case REGRESSION ->
          findings.check(
              CheckResult.of("finite", label, fraction(unfit.getAsLong(), rows), 1),
              "Invalid data.label %s: %d of %d rows have an infinite one (must be finite)"
                  .formatted(label, unfit.getAsLong(), rows));
    }
  }

  /** Once reported. */
  Labels labels() {
    return new Labels(columns, classes);
  }

  /** Once reported. */
  UnknownClasses unknownClasses() {
    return unknown;
  }

  private void reportBinary(Findings findings, long rows) {
    findings.check(
        CheckResult.of("0 or 1", label, fraction(unfit.getAsLong(), rows), 1),
        "Invalid data.label %s: %d of %d rows have another one than 0 and 1 (data.task is binary)"
            .formatted(label, unfit.getAsLong(), rows));
    int found = (zeros.getAsLong() > 0 ? 1 : 0) + (ones.getAsLong() > 0 ? 1 : 0);
    reportClasses(findings, found);
    classes = List.of("0", "1");
  }

  private void reportMulticlass(Findings findings, long rows) {
    ClassCounts counts = ClassCounts.of(selected, label, columns.type(label));
    if (counts.tooMany()) {
      findings.problem(
          "Invalid data.label %s: more than %d classes (multiclass takes at most so many; is it regression?)"
              .formatted(label, ClassCounts.MOST));
      return;
    }
    reportClasses(findings, counts.training().size());
    classes = counts.training();
    UnknownClasses found =
        new UnknownClasses(label, counts.unseen(), counts.unseenRows(), heldOut.getAsLong());
    if (found.isEmpty()
        || (mostUnseen.isPresent() && found.fraction() > mostUnseen.getAsDouble())) {
      findings.check(
          CheckResult.of("class of the training split", label, fraction(found.rows(), rows), 1),
          "Invalid data.label %s: %d validation or test rows have a class that no training row has, for instance %s"
                  .formatted(label, found.rows(), found.classes().stream().findFirst().orElse(""))
              + " (leave it out with data.where)");
    } else {
      unknown = found;
    }
  }

  private void reportClasses(Findings findings, int found) {
    findings.check(
        CheckResult.of("classes of the training split", label, found, 2),
        "Invalid data.label %s: %d %s in the training split (%s needs at least 2)"
            .formatted(label, found, found == 1 ? "class" : "classes", task.name().toLowerCase()));
  }

  private Column isMissing() {
    Column value = Names.column(label);
    boolean fractional =
        columns.type(label).equals(DataTypes.DoubleType)
            || columns.type(label).equals(DataTypes.FloatType);
    return fractional ? value.isNull().or(value.isNaN()) : value.isNull();
  }

  private static double fraction(long bad, long rows) {
    return (double) (rows - bad) / rows;
  }
}
