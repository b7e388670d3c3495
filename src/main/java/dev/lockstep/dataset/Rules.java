package dev.lockstep.dataset;

import dev.lockstep.config.RuleConfig;
import dev.lockstep.validation.CheckResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The configured rules: SQL predicates that a fraction of the rows has to keep. */
final class Rules {
  private final List<RuleConfig> rules;
  private final List<Column> outcomes = new ArrayList<>();

  /**
   * @param rows of the source, with all its columns: rules may name any
   */
  Rules(List<RuleConfig> rules, Dataset<Row> rows) {
    this.rules = rules;
    for (int i = 0; i < rules.size(); i++) {
      outcomes.add(SqlPredicate.parse("data.rules check", rules.get(i).check(), rows).as(name(i)));
    }
  }

  /** Whether a row keeps each rule: columns of the source's rows. */
  List<Column> outcomes() {
    return outcomes;
  }

  /** Of rows that have the outcomes' columns. */
  Inspection inspect(OnePass pass) {
    List<LongSupplier> kept = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      kept.add(pass.count(Names.column(name(i))));
    }
    return (findings, rows) -> {
      for (int i = 0; i < rules.size(); i++) {
        RuleConfig rule = rules.get(i);
        long broken = rows - kept.get(i).getAsLong();
        findings.check(
            CheckResult.of(
                rule.check(), null, (double) kept.get(i).getAsLong() / rows, rule.minFraction()),
            "Invalid rows: %d of %d break the rule %s (a fraction of %s has to keep it)"
                .formatted(broken, rows, rule.check(), rule.minFraction()));
      }
    };
  }

  private static String name(int index) {
    return Names.OWN + "rule_" + index;
  }
}
