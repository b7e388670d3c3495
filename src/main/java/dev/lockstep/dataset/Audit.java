package dev.lockstep.dataset;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * All that is measured of a run's rows before anything is fitted to them; the checks and the
 * fingerprint.
 */
final class Audit {
  private final OnePass pass = new OnePass();
  private final Findings findings = new Findings();
  private final LongSupplier rows = pass.count(functions.lit(true));
  private final SplitInspection splits;
  private final LabelInspection label;
  private final FeatureInspection features;
  private final Fingerprint fingerprint;
  private final List<Inspection> inspections;

  private Audit(Dataset<Row> selected, Columns columns, Rules rules, OptionalDouble mostUnseen) {
    splits = new SplitInspection(columns.data().split(), pass);
    label = new LabelInspection(columns, selected, pass, mostUnseen);
    features = new FeatureInspection(columns, pass);
    fingerprint = new Fingerprint(columns, pass);
    inspections =
        List.of(
            rules.inspect(pass),
            new KeyInspection(columns, selected, pass),
            splits,
            label,
            features);
  }

  /**
   * @param selected the run's rows: used columns, split, outcomes of the rules
   * @param mostUnseen the greatest fraction of held-out rows of {@link UnknownClasses}; absent: any
   * @throws RejectedDataException with all problems and checks, unless there are no rows at all
   */
  static Audit run(Dataset<Row> selected, Columns columns, Rules rules, OptionalDouble mostUnseen) {
    Audit audit = new Audit(selected, columns, rules, mostUnseen);
    audit.pass.run(selected);
    if (audit.rows() > 0) {
      audit.inspections.forEach(each -> each.report(audit.findings, audit.rows()));
      audit.findings.rejectIfAny();
    }
    return audit;
  }

  long rows() {
    return rows.getAsLong();
  }

  Findings findings() {
    return findings;
  }

  SplitInspection splits() {
    return splits;
  }

  UnknownClasses unknownClasses() {
    return label.unknownClasses();
  }

  Labels labels() {
    return label.labels();
  }

  FeatureInspection features() {
    return features;
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }
}
