package dev.lockstep.dataset;

import dev.lockstep.validation.CheckResult;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A key names a row: no column of it is null, and no two rows have the same. So with the day: it is
 * never null.
 */
final class KeyInspection implements Inspection {
  private final Columns columns;
  private final Dataset<Row> selected;
  private final List<String> neverNull = new ArrayList<>();
  private final List<LongSupplier> nulls = new ArrayList<>();

  KeyInspection(Columns columns, Dataset<Row> selected, OnePass pass) {
    this.columns = columns;
    this.selected = selected;
    neverNull.addAll(columns.data().key());
    columns.data().date().filter(date -> !neverNull.contains(date)).ifPresent(neverNull::add);
    neverNull.forEach(name -> nulls.add(pass.count(Names.column(name).isNull())));
  }

  @Override
  public void report(Findings findings, long rows) {
    for (int i = 0; i < neverNull.size(); i++) {
      long missing = nulls.get(i).getAsLong();
      findings.check(
          CheckResult.of("not null", neverNull.get(i), (double) (rows - missing) / rows, 1),
          "Invalid column %s: %d of %d rows have none (every row needs one)"
              .formatted(neverNull.get(i), missing, rows));
    }
    Column[] key = Names.columns(columns.data().key());
    Row shared =
        selected
            .groupBy(key)
            .agg(functions.count(functions.lit(1)).as(Names.OWN + "rows"))
            .where(functions.col(Names.OWN + "rows").gt(1))
            .agg(
                functions.coalesce(functions.sum(Names.OWN + "rows"), functions.lit(0L)),
                functions.min(functions.struct(key)))
            .head();
    long repeated = shared.getLong(0);
    findings.check(
        CheckResult.of(
            "unique",
            String.join(", ", columns.data().key()),
            (double) (rows - repeated) / rows,
            1),
        "Invalid data.key: %d of %d rows share theirs, for instance %s (a key names one row)"
            .formatted(repeated, rows, example(shared)));
  }

  private String example(Row shared) {
    StringJoiner example = new StringJoiner(", ");
    for (int i = 0; i < columns.data().key().size() && !shared.isNullAt(1); i++) {
      example.add(columns.data().key().get(i) + " = " + shared.getStruct(1).get(i));
    }
    return example.toString();
  }
}
